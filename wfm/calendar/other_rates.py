"""Steps of time in other words than `rate(...)`, for hints: `every 2 days`, `rate(2 weeks)`, `6h`, `PT6H`."""

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

_MINUTES: Final = {
    **dict.fromkeys(("s", "sec", "second"), Fraction(1, 60)),
    **dict.fromkeys(("m", "min", "minute"), Fraction(1)),
    **dict.fromkeys(("h", "hr", "hour"), Fraction(60)),
    **dict.fromkeys(("d", "day"), Fraction(1440)),
    **dict.fromkeys(("w", "wk", "week"), Fraction(10080)),
}
_STEP: Final = re.compile(r"(?:@?every|each|rate)?[\s(]*(\d{1,6}(?:\.\d{1,4})?)?\s*([a-z]+?)s?\s*\)?")
_ISO: Final = re.compile(r"(?:r\d*/)?(?:[\dt:.z-]+/)?p(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?)?")


def rates(text: str) -> Iterator[str]:
    """A number of minutes, hours, days or weeks, in words or as ISO 8601 has it."""
    if (found := _STEP.fullmatch(text)) and found[2] in _MINUTES:
        yield from _in_whole_units(Fraction(found[1] or 1) * _MINUTES[found[2]])
    elif (iso := _ISO.fullmatch(text)) and any(iso.groups()):
        yield from _in_whole_units(
            sum(int(number or 0) * _MINUTES[unit] for number, unit in zip(iso.groups(), "wdhms", strict=True))
        )


def _in_whole_units(minutes: Fraction | int) -> Iterator[str]:
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        number = Fraction(minutes) / size
        if number and number.denominator == 1:
            yield f"rate({number} {unit}{'' if number == 1 else 's'})"
            return
