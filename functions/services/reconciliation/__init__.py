"""Finds what a lost event left open, and ends it as the event would have."""
