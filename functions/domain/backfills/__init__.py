"""Windows of the past x parameter sets x tenants."""
