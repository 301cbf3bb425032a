"""Templates and what they may use. Whatever is shown is escaped, cut, and without characters that turn text around."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.client.times import duration
from wfm.console.foreign import visible
from wfm.console.given import address
from wfm.console.queries.graph import anchor
from wfm.model.labels import as_pairs
from wfm.report.markup import element, text

TEMPLATES: Final = Path(__file__).with_name("templates")
LONGEST: Final = 2000  # characters of one text


def shown(value: object) -> Markup:
    """A value as text that a browser takes for nothing else; markup as it is, nothing for None."""
    if isinstance(value, Markup):
        return value
    if value is None:
        return Markup()
    whole = str(value)
    cut = whole if len(whole) <= LONGEST else f"{whole[:LONGEST]}… ({len(whole):,} characters)"
    return text(visible(cut))


@lru_cache(maxsize=16)  # names come from browsers
def zone_named(name: str) -> ZoneInfo:
    """The time zone of that name; UTC for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@pass_context
def moment(context: Context, value: object) -> Markup:
    """A time of a row in the viewer's zone, with UTC for the mouse that rests on it; nothing for what is no time."""
    at = value if isinstance(value, datetime) else parse_timestamp_or_none(value)
    if at is None:
        return Markup()
    zone: ZoneInfo = context["zone"]
    local = f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return element("time", local, datetime=at.astimezone(UTC).isoformat(), title=utc(at))


def entire(value: str) -> Markup:
    """A text that goes back to the server as it is: escaped, but neither cut nor changed."""
    return escape(value)


def since(value: object, now: datetime) -> str:
    """How long ago a time was, of a row or another; "" for what is no time."""
    at = value if isinstance(value, datetime) else parse_timestamp_or_none(value)
    return duration(max((now - at).total_seconds(), 0)) if at else ""


def utc(at: datetime) -> str:
    """A time in UTC, as the mouse on another one shows it."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def when(value: object, otherwise: datetime) -> datetime:
    """The time of a row; another one where there is none."""
    return parse_timestamp_or_none(value) or otherwise


@cache
def environment() -> Environment:
    """The templates of this package."""
    made = Environment(
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        loader=FileSystemLoader(TEMPLATES),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "moment": moment,
        "duration": duration,
        "when": when,
        "utc": utc,
        "entire": entire,
        "pairs": as_pairs,
    }
    made.globals |= {"address": address, "anchor": anchor, "since": since}
    return made


def whole(template: str, content: Mapping[str, object]) -> str:
    """A page."""
    return environment().get_template(template).render(content)


def part(template: str, content: Mapping[str, object]) -> str:
    """The live part of a page: its block `live`."""
    found = environment().get_template(template)
    return "".join(found.blocks["live"](found.new_context(dict(content))))
