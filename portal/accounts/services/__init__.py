"""Verbs that write: signing in, one's own account, other people's accounts. They flush; the view commits."""
