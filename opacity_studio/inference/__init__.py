"""Layer 2: ONNX Runtime prediction of lungs and opacity."""
