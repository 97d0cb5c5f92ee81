"""Layer 2: the networks and their training; the only package that imports TensorFlow."""
