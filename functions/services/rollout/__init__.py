"""Rollout of library workflows to tenants."""
