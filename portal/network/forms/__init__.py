"""Forms of the network: the shape of what is typed; what it means is asked of the rules."""
