"""What is noted beforehand of the data that a run is to read."""

import sys
from datetime import UTC, datetime

from wfm.calendar.kept_data import age_hint


def note_age(start: object) -> None:
    """Note that a window begins before what AMC keeps; `start` as AMC gets it, or None where AMC chooses."""
    if hint := age_hint(start, datetime.now(UTC)):
        print(f"note: {hint}", file=sys.stderr)
