"""Reads of onboarding, cut to the reader's scope by the session."""
