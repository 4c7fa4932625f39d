"""Queries of the sales room."""
