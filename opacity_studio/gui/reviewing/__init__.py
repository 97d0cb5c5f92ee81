"""The review routine in the window: who reads, marking, returning, commenting, the record."""
