"""Verbs that write to the network. Each loads, asks the rules, writes and leaves its trace; none commits."""
