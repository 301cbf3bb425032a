"""What goes on in a tenant's AMC instance, and when to look."""
