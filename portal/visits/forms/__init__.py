"""Forms of the field work."""
