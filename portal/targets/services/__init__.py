"""Verbs of the targets room."""
