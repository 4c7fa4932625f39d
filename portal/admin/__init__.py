"""Head office's own pages: users, their roles, and what of the network they are tied to."""
