"""Announcements and digests."""
