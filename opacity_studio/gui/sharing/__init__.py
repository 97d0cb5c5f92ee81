"""Several people at one folder."""
