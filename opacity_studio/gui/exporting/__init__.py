"""The export in the window: what goes out, what stays and why, and how far it is."""
