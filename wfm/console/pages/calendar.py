"""Calendar: what schedules did, and will do."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.calendar import read_calendar

CALENDAR: Final = Page("/calendar", "Calendar", "calendar.html", read_calendar, seconds=30.0, keeps=("tenant",))
