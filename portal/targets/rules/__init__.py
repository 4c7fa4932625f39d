"""Pure rules of targets: splitting without a remainder lost."""
