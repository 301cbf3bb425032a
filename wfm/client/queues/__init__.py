"""`wfm.queues`: the tenants' queues and dead letters."""
