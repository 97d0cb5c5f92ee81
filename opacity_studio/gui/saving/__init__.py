"""What keeps outlines from being lost: autosave, journal, versions, others' changes."""
