"""Reads of the field work."""
