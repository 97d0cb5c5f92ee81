"""Films that come back unannounced, and what they tell of a reader."""
