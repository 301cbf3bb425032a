"""Sync of a tenant's workflow to AMC, and detection of drift."""
