"""The grammar of date expressions, and what one stands for.

    expression = function { ("+" | "-") number unit }
    function   = NAME "(" [ whole number ] ")"
    unit       = "min" | "h" | "d" | "w"

In any case, with blanks anywhere between the parts. What cannot be read is refused with its column, from 1.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from wfm.calendar.date_functions import FUNCTIONS, UNITS, add, call
from wfm.errors import InvalidRequest


@dataclass(frozen=True)
class Expression:
    """One date function with its arithmetic. `written` is the text it came from."""

    name: str
    argument: int
    steps: tuple[tuple[int, str], ...] = ()
    written: str = ""

    def at(self, moment: datetime, field: str) -> datetime:
        """Relative to an aware moment and in its zone; InvalidRequest when the calendar does not reach so far."""
        try:
            found = call(self.name, self.argument, moment)
            for amount, unit in self.steps:
                found = add(found, amount, unit)
        except (ValueError, OverflowError) as exc:
            raise InvalidRequest(field, f"{self.written!r:.80} does not name a date", "the years 1 to 9999") from exc
        return found


def earlier(moment: datetime, amount: int, unit: str, field: str) -> datetime:
    """So much before `moment`; InvalidRequest when the calendar does not reach so far."""
    try:
        return add(moment, -amount, unit)
    except (ValueError, OverflowError) as exc:
        problem = f"{amount}{unit} before {moment:%Y-%m-%d} is no date"
        raise InvalidRequest(field, problem, "the years 1 to 9999") from exc


class _Reader:
    """A text and how far it is read."""

    def __init__(self, text: str, field: str) -> None:
        self.text, self.field, self.position = text, field, 0

    def take(self, pattern: str) -> str | None:
        """What stands next, if it is of that pattern; blanks before it do not count."""
        found = re.compile(rf"\s*({pattern})", re.IGNORECASE).match(self.text, self.position)
        if found is None:
            return None
        self.position = found.end()
        return found[1]

    def refusal(self, problem: str, allowed: str) -> InvalidRequest:
        """`problem` with the column of what stands next."""
        rest = self.text[self.position :]
        column = self.position + len(rest) - len(rest.lstrip()) + 1
        return InvalidRequest(self.field, f"{self.text!r:.80} at column {column}: {problem}", allowed)

    def next_word(self) -> str:
        """What stands next, for a message."""
        found = re.match(r"\s*([^\s()]+|[()])", self.text[self.position :])
        return f"{found[1]!r:.40}" if found else "the end"


def usage(name: str) -> str:
    """How a function is called."""
    return f"{name}(n) with a whole number n" if FUNCTIONS[name].takes_number else f"{name}()"


def read(text: str, field: str) -> Expression:
    """The expression that `text` is; InvalidRequest with the column for anything else."""
    reader = _Reader(text, field)
    name = _name(reader)
    argument = _argument(reader, name)
    steps: list[tuple[int, str]] = []
    while sign := reader.take(r"[+-]"):
        steps.append(_step(reader, -1 if sign == "-" else 1))
    if text[reader.position :].strip():
        allowed = f"the end, or + or - with a number and one of {', '.join(UNITS)}, such as + 6h"
        raise reader.refusal(f"{reader.next_word()} is no arithmetic", allowed)
    return Expression(name, argument, tuple(steps), text)


def _name(reader: _Reader) -> str:
    known = re.match(r"\s*([A-Za-z_]\w*)", reader.text)
    name = known[1].upper() if known else ""
    if name not in FUNCTIONS:
        close = get_close_matches(name, FUNCTIONS, n=1)
        hint = f" (did you mean {close[0]}?)" if close else ""
        problem = f"{reader.next_word()} is no date function{hint}"
        raise reader.refusal(problem, f"yyyy-MM-ddTHH:mm:ss or one of {', '.join(FUNCTIONS)}")
    reader.take(name)
    return name


def _argument(reader: _Reader, name: str) -> int:
    if not reader.take(r"\("):
        raise reader.refusal("'(' is missing", usage(name))
    start = reader.position
    argument = reader.take(r"[+-]?[0-9]{1,12}")
    if argument and not FUNCTIONS[name].takes_number:
        reader.position = start
        raise reader.refusal(f"{name} takes no number", usage(name))
    if not reader.take(r"\)"):
        missing = not reader.text[reader.position :].strip()
        problem = "')' is missing" if missing else f"{reader.next_word()} is no part of a whole number"
        raise reader.refusal(problem, usage(name))
    default = FUNCTIONS[name].default
    if argument is None and default is None:
        reader.position = start
        raise reader.refusal("the number is missing", usage(name))
    return int(argument) if argument else default or 0


def _step(reader: _Reader, sign: int) -> tuple[int, str]:
    amount = reader.take(r"[0-9]{1,12}")
    if amount is None:
        raise reader.refusal(f"{reader.next_word()} is no number", "a number and a unit, such as 6h")
    unit = reader.take(rf"(?:{'|'.join(UNITS)})\b")
    if unit is None:
        problem = f"{reader.next_word()} is no unit"
        raise reader.refusal(problem, f"{', '.join(UNITS)}; months are the functions' own number")
    return sign * int(amount), unit.lower()
