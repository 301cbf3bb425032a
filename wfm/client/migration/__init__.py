"""`wfm.migration`: what the predecessors' tables and rules hold, and taking it over."""
