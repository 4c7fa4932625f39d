"""Forms and lists of the targets room."""
