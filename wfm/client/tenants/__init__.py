"""`wfm.tenants`: reading tenants, changing them, and following what becomes of it."""
