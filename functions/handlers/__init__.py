"""One module for each Lambda: the types of its input and output, and a handler that calls one service."""
