"""The window that a request asks for, as it was resolved, in whatever stage the request is."""

from typing import Final, NamedTuple

from wfm.errors import InvalidRecord, InvalidRequest
from wfm.model.resubmissions import asked
from wfm.model.rows import Document, text_or_none

_ENDS: Final = ("timeWindowStart", "timeWindowEnd")
_TO_THE_SECOND: Final = len("2026-11-23T00:00:00")


class Window(NamedTuple):
    """Start and end (exclusive) by the clock of the zone: `yyyy-MM-ddTHH:mm:ss`."""

    start: str
    end: str
    zone: str

    def lies_within(self, start: str, end: str) -> bool:
        """Whether it begins at `start` or later and ends at `end` or before; "" is no bound."""
        return self.start >= start and not (end and self.end > end)

    def shown(self) -> str:
        """`2026-11-23 to 2026-11-30`, with times where they are not midnight, and a zone other than UTC."""
        start, end = (time.removesuffix("T00:00:00").replace("T", " ") for time in (self.start, self.end))
        return f"{start} to {end}" + ("" if self.zone == "UTC" else f" {self.zone}")


def window_of_request(row: Document) -> Window | None:
    """The window that a request asks for; None for AMC's own ones, such as MOST_RECENT_DAY, and for what is unreadable.

    `row` holds plain JSON.
    """
    try:
        return window_in(asked(row))
    except (InvalidRequest, InvalidRecord):
        return None


def window_in(fields: Document) -> Window | None:
    """The window in a body for AMC, or in a row of Executions."""
    start, end = (text_or_none(fields.get(name)) for name in _ENDS)
    if start is None or end is None:
        return None
    zone = text_or_none(fields.get("timeWindowTimeZone")) or "UTC"
    return Window(start[:_TO_THE_SECOND], end[:_TO_THE_SECOND], zone)
