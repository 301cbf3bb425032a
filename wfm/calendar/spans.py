"""Spans of time as people write them: 30m, 2h, 1d."""

import re
from datetime import timedelta
from typing import Final

DELAY_STEP: Final = timedelta(minutes=15)  # of what a sweep does, which comes every quarter of an hour
_SPAN: Final = re.compile(r"\s*([0-9]{1,5})\s*([mhd])\s*", re.IGNORECASE)
_UNITS: Final = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def read_span(given: object) -> timedelta | None:
    """The span in a text of a number and m, h or d; None for what is none."""
    found = _SPAN.fullmatch(given) if isinstance(given, str) else None
    return int(found[1]) * _UNITS[found[2].lower()] if found else None
