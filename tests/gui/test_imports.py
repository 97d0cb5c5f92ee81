import json
import subprocess
import sys

SHOW = """
import json, sys
import opacity_studio.gui.application
import opacity_studio.cli.review
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""


def test_the_window_imports_neither_tensorflow_nor_onnx_runtime_nor_pydicom():
    done = subprocess.run(
        [sys.executable, "-c", SHOW], capture_output=True, text=True, timeout=120, check=True
    )
    loaded = set(json.loads(done.stdout))
    heavy = {"tensorflow", "keras", "tf_keras", "segmentation_models", "albumentations"}
    assert not loaded & heavy
    # These two come with the first film that needs them, on a worker thread.
    assert not loaded & {"onnxruntime", "pydicom"}
    assert "PySide6" in loaded
