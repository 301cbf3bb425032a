"""Times by the clock of a schedule."""

from datetime import datetime

from wfm.calendar.local_times import zone
from wfm.calendar.timestamps import parse
from wfm.errors import InvalidRequest


def by_its_clock(at: str, zone_name: str) -> datetime | None:
    """A time of WFM in that zone; None for a zone that there is not."""
    try:
        return parse(at).astimezone(zone(zone_name, "--time-zone"))
    except InvalidRequest:
        return None
