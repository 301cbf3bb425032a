"""`wfm.runs`: requests side by side with AMC's runs, and runs that were started elsewhere."""
