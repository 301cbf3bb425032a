"""How urgent a request is."""

from typing import Final

PRIORITIES: Final = ("interactive", "scheduled", "backfill")  # the most urgent first
