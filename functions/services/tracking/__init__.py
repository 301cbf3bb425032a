"""Polling AMC: what goes on in a tenant's instance, and what changed."""
