"""All tenants at a glance."""
