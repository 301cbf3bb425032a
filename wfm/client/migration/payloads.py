"""What the predecessors' schedules ask of AMC: their payloads as WFM takes them, and what reads otherwise here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from wfm.calendar.windows import is_date_function, without_idle_ends
from wfm.client.migration.fields import PAYLOAD_WITHOUT
from wfm.model.rows import Document, object_in

_FUNCTIONS: Final = "TODAY|FIRSTDAYOFOFFSETMONTH|FIFTEENTHDAYOFOFFSETMONTH|LASTDAYOFOFFSETMONTH"
_INSIDE: Final = re.compile(rf"(?:{_FUNCTIONS})\(", re.IGNORECASE)
_LAST_DAY: Final = re.compile(r"\s*LASTDAYOFOFFSETMONTH\(", re.IGNORECASE)
_IDLE: Final = "AMC's own window has its own start and end, and ignored these"


@dataclass(frozen=True, slots=True)
class Payload:
    """`wanted` is the payload without what AMC does not read; `problem` says what would be another value here."""

    wanted: dict[str, object]
    without: dict[str, str]
    notes: tuple[str, ...] = ()
    problem: str = ""


def read_payload(given: Document, place: str) -> Payload:
    """The payload at `place`. Date functions stay as they are: WFM knows them all, by UTC's calendar as ever."""
    kept = {name: value for name, value in given.items() if name not in PAYLOAD_WITHOUT and value is not None}
    wanted = without_idle_ends(kept)
    without = {f"{place}.{name}": PAYLOAD_WITHOUT[name] for name in given if name in PAYLOAD_WITHOUT}
    without |= {f"{place}.{name}": _IDLE for name in kept if name not in wanted}
    return Payload(wanted, without, tuple(_notes(wanted)), "; ".join(_problems(wanted, place)))


def _problems(payload: Document, place: str) -> Iterator[str]:
    """The predecessors put the date in place of the whole text, wherever in it the function stood."""
    for name, value in object_in(payload.get("parameterValues")).items():
        if isinstance(value, str) and not is_date_function(value) and (found := _INSIDE.search(value)):
            function = f"{found[0].upper()}...)"
            yield (
                f"{place}.parameterValues.{name}: {value!r:.60} became the date as a whole, and would stay a text here;"
                f" allowed: {function} alone"
            )


def _notes(payload: Document) -> Iterator[str]:
    if _LAST_DAY.match(str(payload.get("timeWindowEnd", ""))):
        yield "its window ends as the last day begins, as it did; FIRSTDAYOFOFFSETMONTH(n+1) takes that day in"
    lists = object_in(payload.get("parameterValues")).items()
    for name, value in lists:
        if isinstance(value, list) and any(is_date_function(item) for item in value):
            yield f"the dates in the list {name} are worked out here, and were sent as texts"
