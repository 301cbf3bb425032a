"""Days and times as people say them, for hints: `every monday at 8am`, `daily at 8`, `mon-fri 08:00`, `noon`."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2})(?::00)?)?(am|pm)?")
_FILLERS: Final = ("at", "on", "every", "each", "the", "and", "of", "day", "daily", "nightly")
_MONTHLY: Final = ("month", "monthly")
_KINDS: Final = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), "weekdays"),
    **dict.fromkeys(("weekend", "weekends"), "weekly sat,sun"),
}


def time_of(word: str) -> str | None:
    """`8`, `8am`, `08:00:00`, `24:00`, `noon` as hh:mm."""
    found = _CLOCK.fullmatch({"noon": "12:00", "midnight": "00:00", "24": "0", "24:00": "0"}.get(word, word))
    if found is None:
        return None
    hour = int(found[1]) % 12 + (12 if found[3] == "pm" else 0) if found[3] else int(found[1])
    return f"{hour:02}:{found[2] or '00'}"


def timetables(text: str) -> Iterator[str]:
    """Days and one time, as in `every monday and thursday at 8am`."""
    words = re.findall(r"[^\s,]+", re.sub(r"\s+(?=[ap]m\b)", "", text))
    if len(words) == 2 and words[0] == "hourly" and re.fullmatch("[0-9]{1,2}", words[1]):
        yield f"hourly :{int(words[1]):02}"
    clocks = [word for word in words if time_of(word) and not word.isdecimal()] or words[1:][-1:]
    time = time_of(clocks[0]) if len(clocks) == 1 else None
    if time is None:
        return
    rest = [word for word in words if word != clocks[0] and word not in _FILLERS]
    days = [each for word in rest for each in _days(word)]
    if not rest:
        yield f"daily {time}"
    elif len(rest) == 1 and rest[0] in _KINDS:
        yield f"{_KINDS[rest[0]]} {time}"
    elif len(rest) == 2 and (day := [word for word in rest if word not in _MONTHLY]) and len(day) == 1:
        yield f"monthly {re.sub('(?<=[0-9])(st|nd|rd|th)$', '', {'first': '1'}.get(day[0], day[0]))} {time}"
    elif days and all(_days(word) or word == "weekly" for word in rest):
        yield _weekly(days, time)


def _days(word: str) -> list[str]:
    """The days of the week that `mon`, `mondays` or `mon-fri` stand for."""
    ends = [WEEKDAYS.index(name) for end in word.split("-") for name in WEEKDAYS if end in (name, f"{name}s", name[:3])]
    if len(ends) != word.count("-") + 1 or len(ends) > 2:
        return []
    return [WEEKDAYS[(ends[0] + more) % 7][:3] for more in range((ends[-1] - ends[0]) % 7 + 1)]


def _weekly(days: Sequence[str], time: str) -> str:
    if set(days) == {name[:3] for name in WEEKDAYS}:
        return f"daily {time}"
    if list(days) == [name[:3] for name in WEEKDAYS[:5]]:
        return f"weekdays {time}"
    return f"weekly {','.join(dict.fromkeys(days))} {time}"
