"""Onboarding and offboarding of a tenant."""
