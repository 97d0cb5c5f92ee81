"""The film in view: read, shown, compared, windowed."""
