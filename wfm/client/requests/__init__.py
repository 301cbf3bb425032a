"""`wfm.requests`: what somebody asked WFM to run, from the tenant's queue to its end."""
