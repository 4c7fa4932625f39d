"""Reads of the network: within the scope bound to the session, in a deterministic order."""
