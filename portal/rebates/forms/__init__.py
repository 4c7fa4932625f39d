"""Forms of the rebates room: the shape of what is sent in."""
