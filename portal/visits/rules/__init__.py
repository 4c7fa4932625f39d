"""Pure rules of the field work."""
