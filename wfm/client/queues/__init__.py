"""Tenants' queues and dead letters."""
