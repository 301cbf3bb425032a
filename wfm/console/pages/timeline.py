"""Timeline: the runs of a period as bars."""

from typing import Final

from wfm.console.page import Page
from wfm.console.queries.timeline import read_timeline

TIMELINE: Final = Page(
    "/timeline", "Timeline", "timeline.html", read_timeline, seconds=10.0, keeps=("tenant", "workflow", "label")
)
