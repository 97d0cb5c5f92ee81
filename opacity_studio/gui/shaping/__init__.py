"""Long work on outlines, done beside the window."""
