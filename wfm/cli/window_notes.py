"""What is noted beforehand of the data that a run is to read."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from wfm.calendar.kept_data import age_hint
from wfm.cli.notes import print_note

# Zones of the database by these names have no summer time, though the people who use the abbreviations do.
_WITHOUT_SUMMER: Final[Mapping[str, tuple[str, str]]] = {
    "EST": ("UTC-5", "America/New_York"),
    "MST": ("UTC-7", "America/Denver"),
}


def note_zones(*zones: object) -> None:
    """Note of each zone that it is not what its name reads like."""
    for zone in dict.fromkeys(map(str, zones)):
        if zone in _WITHOUT_SUMMER:
            offset, whole = _WITHOUT_SUMMER[zone]
            print_note(f"{zone} is {offset} in summer, too; {whole} has summer time")
        elif found := re.fullmatch(r"Etc/GMT([+-])(\d+)", zone):
            sign = "-" if found[1] == "+" else "+"
            print_note(f"{zone} is UTC{sign}{found[2]}: its sign is that of the POSIX standard")


def note_age(start: object) -> None:
    """Note that a window begins before what AMC keeps; `start` as AMC gets it, or None where AMC chooses."""
    if hint := age_hint(start, datetime.now(UTC)):
        print_note(hint)
