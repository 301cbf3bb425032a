"""Polling of AMC: which runs are active in a tenant's instance, and what changed."""
