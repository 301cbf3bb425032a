"""`wfm.copies`: a tenant from one deployment to another one."""
