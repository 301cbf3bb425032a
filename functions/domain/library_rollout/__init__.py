"""Workflows for many tenants, and for whom they are."""
