"""Backfills: many windows of the past."""
