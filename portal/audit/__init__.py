"""Who did what, old → new. Append-only rows, chained by hash; written by the session itself, not by callers.

Words: an *entry* is one change of one object; the *chain* is the sequence of their hashes; its *head* is the last one.
"""
