"""Verbs of onboarding. Each loads, asks the rules, writes and leaves its trace; none commits."""
