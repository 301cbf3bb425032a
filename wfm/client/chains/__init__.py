"""`wfm.chains`: which workflows run after others in a tenant, and how that goes for each window."""
