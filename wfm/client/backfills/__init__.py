"""Many windows of the past at once."""
