"""The use cases: plain Python over `functions.ports` and `wfm.model`."""
