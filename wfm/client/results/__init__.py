"""`wfm.results`: what a run left behind."""
