"""What a result adds up to, and how much that differs from another result of the same query.

Rows are read one by one and forgotten, so a result of any size takes no memory. Numbers are added exactly.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, InvalidOperation
from typing import Final

_EXACT: Final = Context(prec=400)  # digits: a DOUBLE of AMC's has 308 before the point
_HUNDREDTH: Final = Decimal("0.01")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many rows there are below the header, and the total of each column of numbers. `header` names all columns."""

    rows: int
    columns: Mapping[str, Decimal]
    header: Sequence[str] = ()


@dataclass(slots=True)
class _Sum:
    """A column so far; `has_other` once something in it was no number."""

    total: Decimal = field(default_factory=Decimal)
    has_numbers: bool = False
    has_other: bool = False

    def add(self, value: str) -> None:
        """An empty value, as AMC writes what concerns too few people, adds nothing."""
        if not value or self.has_other:
            return
        if _NUMBER.fullmatch(value):
            self.total, self.has_numbers = _EXACT.add(self.total, Decimal(value)), True
        else:
            self.has_other = True


def totals(rows: Iterator[Sequence[str]], metrics: Collection[str] | None = None) -> Totals:
    """The totals of a result by its rows, header first: of `metrics`, or of all columns that hold nothing but numbers.

    A metric that has something else in it has no total.
    """
    header = next(rows, [])
    sums = {name: _Sum() for name in header}
    wanted = [sums[name] if metrics is None or name in metrics else None for name in header]
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 (it is the number of rows in the end)
        for one, value in zip(wanted, row, strict=False):
            if one is not None:
                one.add(value.strip())
    return Totals(count, {name: one.total for name, one in sums.items() if _is_total(name, one, metrics)}, header)


def _is_total(name: str, found: _Sum, metrics: Collection[str] | None) -> bool:
    is_wanted = found.has_numbers if metrics is None else name in metrics
    return is_wanted and not found.has_other


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A total before and after; None where the column has none."""

    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def percent(self) -> Decimal | None:
        """By how much it has changed, to a hundredth; None where it was 0, or there is no such number to write."""
        if not self.before or self.after is None:
            return None
        part = _EXACT.divide(_EXACT.subtract(self.after, self.before), abs(self.before))
        try:
            return _EXACT.multiply(part, Decimal(100)).quantize(_HUNDREDTH, context=_EXACT)
        except InvalidOperation:  # more digits than any: the smallest DOUBLE beside the largest
            return None


@dataclass(frozen=True, slots=True)
class ResultChange:
    """How a result differs from the one before it."""

    rows: ColumnChange
    columns: Sequence[ColumnChange]

    @property
    def is_none(self) -> bool:
        """Whether rows and totals are the same."""
        return all(each.before == each.after for each in (self.rows, *self.columns))

    def to_field(self) -> dict[str, object]:
        """The change as JSON: exact numbers are texts."""
        rows = self.rows
        return {
            "rowsBefore": int(rows.before or 0),
            "rowsAfter": int(rows.after or 0),
            "rowsPercent": _text(rows.percent),
            "columns": [
                {
                    "name": each.name,
                    "before": _text(each.before),
                    "after": _text(each.after),
                    "percent": _text(each.percent),
                }
                for each in self.columns
            ],
        }


def compare(before: Totals, after: Totals) -> ResultChange:
    """The columns in the order of the newer result; those that it has no more come last."""
    names = dict.fromkeys([*after.columns, *before.columns])
    columns = [ColumnChange(name, before.columns.get(name), after.columns.get(name)) for name in names]
    return ResultChange(ColumnChange("rows", Decimal(before.rows), Decimal(after.rows)), columns)


def _text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
