"""What holds the window together: where its parts stand, what connects them, how it closes."""
