"""Layer 3: the window."""
