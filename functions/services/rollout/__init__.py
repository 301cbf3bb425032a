"""From the library to the tenants."""
