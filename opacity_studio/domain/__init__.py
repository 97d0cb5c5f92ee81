"""Layer 0: immutable values and pure functions; reads no file."""
