"""Reads of the rebates room, in the asker's scope."""
