"""One request, from what was asked to how it ended."""
