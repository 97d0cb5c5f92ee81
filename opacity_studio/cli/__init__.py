"""Layer 4: one file a verb, and what several of them share."""
