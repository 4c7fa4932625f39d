"""Services of the sales room."""
