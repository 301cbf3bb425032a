"""Tenants' workflows: how they stand in AMC."""
