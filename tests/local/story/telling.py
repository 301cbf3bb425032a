"""A narrator whose commands are typed on no keyboard, and chapters as it leaves them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from local.story.inbox import Event
from local.story.keyboard import Typed
from local.story.narrator import Chapter, Claim, Narrator

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)
HOLDS = Claim("two and two are four", True, "4")
IS_FALSE = Claim("all clients are ACTIVE", False, "11 are")


def narrator(codes: Mapping[str, int] | None = None) -> tuple[Narrator, StringIO]:
    """With what it prints. `codes` are those by which commands end, 0 if not named."""
    printed = StringIO()
    console = Console(file=printed, width=100, highlight=False)
    return Narrator(console, lambda line: Typed(line, (codes or {}).get(line, 0), f"said by {line}")), printed


def chapters() -> list[Chapter]:
    """Two, of which the second has something that is not so."""
    first = Chapter("One & only", ["It begins."], [HOLDS])
    return [first, Chapter("Two", [Typed("wfm library push reports --yes", 2, "error: <no>")], [IS_FALSE])]


def event(kind: str = "Execution Status Change", **detail: str) -> Event:
    """About alder-audio, at noon."""
    return Event(kind, NOON, {"customerId": "alder-audio", **detail})
