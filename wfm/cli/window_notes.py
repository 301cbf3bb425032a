"""What is noted beforehand of the data that a run is to read."""

from datetime import UTC, datetime

from wfm.calendar.kept_data import age_hint
from wfm.calendar.local_times import zone_hint
from wfm.cli.notes import print_note


def note_zones(*zones: object) -> None:
    """Note of each zone that it is not what its name reads like."""
    for hint in filter(None, map(zone_hint, dict.fromkeys(zones))):
        print_note(hint)


def note_age(start: object) -> None:
    """Note that a window begins before what AMC keeps; `start` as AMC gets it, or None where AMC chooses."""
    if hint := age_hint(start, datetime.now(UTC)):
        print_note(hint)
