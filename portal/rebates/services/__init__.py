"""Verbs of the rebates room: they write, flush, and never commit."""
