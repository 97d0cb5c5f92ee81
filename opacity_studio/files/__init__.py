"""Layer 1: every read and every write."""
