"""Verbs of the field work."""
