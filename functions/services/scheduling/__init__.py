"""Schedules: from rows to EventBridge, and catch-up of missed fire times."""
