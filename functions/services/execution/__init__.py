"""Requests: from a message to a recorded outcome."""
