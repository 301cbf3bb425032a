"""One module for each state machine: a docstring that describes it, then its states in the order in which they run."""
