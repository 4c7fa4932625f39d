"""Forms of the sales room."""
