"""The person's settings, keys and layouts, and the dialog for them."""
