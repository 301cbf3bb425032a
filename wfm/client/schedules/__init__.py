"""What a tenant has on a calendar."""
