"""The first predecessor's `custom(...)`: hourly, daily, weekly or monthly, at some minute of an hour.

It compared texts, so that `custom(D * 08)` or `custom(d * 8)` never ran. Here padding, blanks and case do not count.
"""

import re
from collections.abc import Mapping
from typing import Final

from wfm.errors import InvalidRequest

_SHAPES: Final[Mapping[str, str]] = {
    "H": "custom(H * *)",
    "D": "custom(D * hour), such as custom(D * 8)",
    "W": "custom(W day hour) with the days 0 (Monday) to 6 (Sunday), such as custom(W 0 8)",
    "M": "custom(M day hour) with the days 1 to 31, such as custom(M 1 8)",
}
_ANY: Final = "custom(H * *), custom(D * 8), custom(W 0 8) or custom(M 1 8)"
_WEEKDAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_HOURS, _DAYS_OF_WEEK, _DAYS_OF_MONTH = (0, 23), (0, 6), (1, 31)
_KIND, _DAY, _HOUR = range(3)  # where each part stands


def translate(given: str, minute: int, field: str) -> str:
    """EventBridge's expression, at `minute`; InvalidRequest with the column and what is allowed."""
    parts = _Parts(given, field)
    match parts.words[_KIND]:
        case "H":
            parts.star(_DAY)
            parts.star(_HOUR)
            return f"cron({minute} * * * ? *)"
        case "D":
            parts.star(_DAY)
            return f"cron({minute} {parts.hour()} * * ? *)"
        case "W":
            day = parts.number(_DAY, _DAYS_OF_WEEK)
            return f"cron({minute} {parts.hour()} ? * {_WEEKDAYS[day]} *)"
        case "M":
            day = parts.number(_DAY, _DAYS_OF_MONTH)
            return f"cron({minute} {parts.hour()} {day} * ? *)"
        case kind:
            raise parts.refusal(_KIND, f"{kind!r:.40} is none of H, D, W and M")


class _Parts:
    """The three parts of an expression, in upper case, with their columns."""

    def __init__(self, given: str, field: str) -> None:
        self.given, self.field = given, field
        found = re.fullmatch(r"\s*custom\s*\(([^()]*)\)\s*", given, re.IGNORECASE)
        words = list(re.finditer(r"\S+", found[1])) if found else []
        if found is None or len(words) != 3:
            column = found.start(1) + words[3].start() + 1 if found and len(words) > 3 else len(given.rstrip())
            problem = f"{given!r:.80} at column {column}: not three parts in parentheses"
            raise InvalidRequest(field, problem, _ANY)
        self.words = [word[0].upper() for word in words]
        self.columns = [found.start(1) + word.start() + 1 for word in words]

    def refusal(self, part: int, problem: str, more: str = "") -> InvalidRequest:
        """`problem` with the part's column."""
        place = f"{self.given!r:.80} at column {self.columns[part]}: {problem}"
        return InvalidRequest(self.field, place, _SHAPES.get(self.words[_KIND], _ANY) + more)

    def star(self, part: int) -> None:
        """InvalidRequest unless `*` stands there."""
        if self.words[part] != "*":
            raise self.refusal(part, f"{self.words[part]!r:.40} where '*' belongs")

    def hour(self) -> int:
        """The hour; `custom(D * *)`, which reads like every hour and was none, has a message of its own."""
        if self.words == ["D", "*", "*"]:
            raise self.refusal(_HOUR, "daily, but at no hour: it never ran", "; custom(H * *) for every hour")
        return self.number(_HOUR, _HOURS)

    def number(self, part: int, span: tuple[int, int]) -> int:
        """A whole number, padded or not."""
        low, high = span
        text = self.words[part]
        if not re.fullmatch("[0-9]{1,4}", text) or not low <= int(text) <= high:
            raise self.refusal(part, f"{text!r:.40} is none of {low} to {high}")
        return int(text)
