"""What networks and readers are worth: evaluation on films, comparison, figures, reports."""
