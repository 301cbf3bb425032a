"""Tables that the status of tenants is read from."""
