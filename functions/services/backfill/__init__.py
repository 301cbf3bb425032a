"""Many windows of the past."""
