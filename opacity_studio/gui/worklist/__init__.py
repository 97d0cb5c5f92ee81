"""The list of films: its rows, what a search leaves of them, and how they look."""
