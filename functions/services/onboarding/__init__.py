"""Bringing a tenant into service, and out of it."""
