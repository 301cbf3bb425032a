"""`wfm.workflows`: the tenants' workflows and their status in AMC."""
