"""One module a state machine: a docstring that tells its story, then its states in the order in which they run."""
