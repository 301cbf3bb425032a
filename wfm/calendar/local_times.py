"""Local times: zones by name, texts as AMC writes them, and what happens where clocks are put forward or back.

A window goes to AMC as local time without an offset. So a time that a clock skips is moved forward by what the clock
skips (02:30 becomes 03:30, a missing midnight 01:00), and one that it shows twice stays as it is: nothing in AMC's
format distinguishes the first from the second.
"""

import re
from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, tzinfo
from difflib import get_close_matches
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from wfm.errors import InvalidRequest

TEMPLATE: Final = "yyyy-MM-ddTHH:mm:ss"
_PARTS: Final = {"year": 0, "month": 5, "day": 8, "hour": 11, "minute": 14, "second": 17}  # where each stands


# Where they are mostly meant; several of them are used elsewhere too.
_ABBREVIATIONS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("PST", "PDT", "PT"), "America/Los_Angeles"),
    **dict.fromkeys(("MDT", "MT"), "America/Denver"),
    **dict.fromkeys(("CST", "CDT", "CT"), "America/Chicago"),
    **dict.fromkeys(("EDT", "ET"), "America/New_York"),
    **dict.fromkeys(("CEST", "MEZ", "MESZ"), "Europe/Berlin"),
    **dict.fromkeys(("AEST", "AEDT"), "Australia/Sydney"),
    "BST": "Europe/London",
    "IST": "Asia/Kolkata",
    "JST": "Asia/Tokyo",
    "Z": "UTC",
}
# Zones of the database by these names have no summer time, though the people who use the abbreviations do.
_WITHOUT_SUMMER: Final[Mapping[str, tuple[str, str]]] = {
    "EST": ("UTC-5", "America/New_York"),
    "MST": ("UTC-7", "America/Denver"),
}
_POSIX: Final = re.compile(r"Etc/GMT([+-])(\d+)", re.ASCII)
_OFFSET: Final = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?00)?", re.IGNORECASE | re.ASCII)
_LONGEST_ABBREVIATION: Final = 4


def zone(name: object, field: str) -> tzinfo:
    """The zone of that name in the time zone database; InvalidRequest with the closest name when there is none."""
    if name in ("UTC", "Etc/UTC"):
        return UTC
    if not isinstance(name, str) or name not in zone_names():
        raise InvalidRequest(field, *_unknown_zone(name))
    return ZoneInfo(name)


def zone_hint(name: object) -> str:
    """What somebody should know of a zone that is not what its name reads like; empty for all others."""
    if str(name) in _WITHOUT_SUMMER:
        offset, whole = _WITHOUT_SUMMER[str(name)]
        return f"{name} is {offset} in summer, too; {whole} has summer time"
    if found := _POSIX.fullmatch(str(name)):
        return f"{name} is UTC{'-' if found[1] == '+' else '+'}{found[2]}: its sign is that of the POSIX standard"
    return ""


@cache
def zone_names() -> frozenset[str]:
    """The zones, and none of the files beside them: what one machine calls `localtime` no other one knows."""
    return frozenset(available_timezones()) - {"localtime", "posixrules", "Factory"}


def _unknown_zone(name: object) -> tuple[str, str]:
    known = zone_names()
    if not known:
        problem = f"{name!r:.60} cannot be looked up: this machine has no time zone database"
        return problem, "UTC, or any zone once the Python package tzdata is installed"
    near = _nearest(str(name), known)
    hint = f" (did you mean {near}?)" if near else ""
    return f"{name!r:.60} is no time zone{hint}", "a name of the time zone database, such as Europe/Berlin"


def _nearest(name: str, known: Collection[str]) -> str | None:
    """The zone that was meant: by its abbreviation, by its city alone, or by a name that is much like it.

    Abbreviations are not compared letter by letter: PST is no slip of MST.
    """
    if offset := _OFFSET.fullmatch(name.strip()):  # the database counts from Greenwich backwards
        fixed = f"Etc/GMT{'-' if offset[1] == '+' else '+'}{int(offset[2])}"
        return fixed if fixed in known else None
    folded = {one.casefold(): one for one in sorted(known)}
    wanted = name.strip().casefold().replace(" ", "_")
    cities = {one.rpartition("/")[2]: of for one, of in folded.items() if "/" in one and not one.startswith("etc/")}
    found = folded.get(wanted) or _ABBREVIATIONS.get(wanted.upper()) or cities.get(wanted)
    if found or len(wanted) <= _LONGEST_ABBREVIATION:
        return found if found in known else None
    close = get_close_matches(wanted, folded, n=1)
    return folded[close[0]] if close else None


def in_zone(moment: datetime, where: tzinfo) -> datetime:
    """The scheduled time by the clock of `where`; InvalidRequest where the calendar ends."""
    try:
        return moment.astimezone(where)
    except OverflowError as exc:
        raise InvalidRequest("scheduledTime", f"{text(moment)} is out of reach", "the years 1 to 9999") from exc


def past_gap(moment: datetime) -> datetime:
    """`moment`, or the end of the gap if the clock skips it. At the ends of the calendar there is no gap."""
    try:
        return moment.astimezone(UTC).astimezone(moment.tzinfo)
    except OverflowError:
        return moment


def text(moment: datetime) -> str:
    """The time as AMC wants it: local, without an offset (Amazon's OpenAPI, timeWindowStart)."""
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def read_literal(given: str, zone_of_window: tzinfo, field: str) -> datetime:
    """A written time in the window's zone; InvalidRequest with the column for what is none or does not exist.

    A last `Z`, which one predecessor's samples have, is taken off in UTC and refused elsewhere: AMC would read the rest
    as local time.
    """
    allowed = f"{TEMPLATE} or a date function such as TODAY(-7)"
    blanks = len(given) - len(given.lstrip())
    plain = given.strip()
    if plain.endswith("Z") and len(plain) == len(TEMPLATE) + 1:
        if zone_of_window is not UTC:
            problem = f"{given!r} at column {blanks + len(plain)}: Z means UTC, but the window is in {zone_of_window}"
            raise InvalidRequest(field, problem, "a local time without Z")
        plain = plain[:-1]
    fit = _fitting(plain)
    if fit < max(len(plain), len(TEMPLATE)):
        hint = _meant(plain)
        raise InvalidRequest(field, f"{given!r:.80} at column {blanks + fit + 1} is no {TEMPLATE}{hint}", allowed)
    parts = [int(plain[at : at + (4 if at == 0 else 2)]) for at in _PARTS.values()]
    wrong = _impossible(parts)
    if wrong:
        column = blanks + _PARTS[wrong] + 1
        raise InvalidRequest(field, f"{given!r} at column {column}: there is no such {wrong}", allowed)
    moment = datetime(*parts, tzinfo=zone_of_window)  # type: ignore[arg-type,misc]  # six parts, none of them the zone
    later = past_gap(moment)
    if text(later) != plain:
        problem = f"{given!r} does not exist: the clocks of {zone_of_window} skip it"
        raise InvalidRequest(field, problem, f"{text(later)}, the same moment as they show it")
    return moment


def _meant(plain: str) -> str:
    """The time in AMC's form, of what is one in another: a date alone, or with a blank for the T."""
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        return ""
    return f" (did you mean {text(moment)}?)" if moment.tzinfo is None else ""


def _fitting(plain: str) -> int:
    """How many characters from the left are as in the template."""
    for index, (found, wanted) in enumerate(zip(plain, TEMPLATE, strict=False)):
        if not (found == wanted if wanted in "-T:" else found in "0123456789"):
            return index
    return min(len(plain), len(TEMPLATE))


def _impossible(parts: list[int]) -> str | None:
    """The first part that no calendar has."""
    year, month = parts[:2]
    days = monthrange(year, month)[1] if 1 <= month <= 12 and year else 31
    for (name, (low, high)), value in zip(
        {
            "year": (1, 9999),
            "month": (1, 12),
            "day": (1, days),
            "hour": (0, 23),
            "minute": (0, 59),
            "second": (0, 59),
        }.items(),
        parts,
        strict=True,
    ):
        if not low <= value <= high:
            return name
    return None
