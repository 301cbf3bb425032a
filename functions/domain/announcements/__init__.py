"""What is told of it all, to whom."""
