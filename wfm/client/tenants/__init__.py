"""Tenants: looking at them, changing them, and following what becomes of it."""
