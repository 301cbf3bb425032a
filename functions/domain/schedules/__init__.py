"""What a tenant has on a calendar, and that it happens once."""
