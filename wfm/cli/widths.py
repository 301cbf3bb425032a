"""Which columns of a table stand side by side on a terminal: statuses and counts always, ids shortened if need be."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.model.short_ids import CUT, shorten

GAP: Final = 2  # blanks between columns
IDS: Final = ("ID", "NOW")  # headings of columns whose ids may be shortened
NAMES: Final = ("CUSTOMER", "ID", "NOW", "NAME", "WORKFLOW")  # those that are cut where even that is too wide
NARROWEST: Final = 8
_COUNT: Final = re.compile(r"(\d+( of \d+)?)?")


@dataclass(frozen=True, slots=True)
class Fitted:
    """The columns that stand side by side, by their place, and all cells with ids as they are shown."""

    columns: tuple[int, ...]
    cells: Sequence[Sequence[str]]

    def widths(self, headings: Sequence[str]) -> list[int]:
        """Of the columns that stand side by side."""
        return [_widest(headings, self.cells, column) for column in self.columns]


def fit(headings: Sequence[str], rows: Sequence[Sequence[str]], status_column: int, width: int) -> Fitted:
    """What fits: as it is; with short ids; without the last columns; with names cut to their ends."""
    columns = tuple(range(len(headings)))
    if _total(headings, rows, columns) <= width:
        return Fitted(columns, rows)
    cells = _with_short_ids(headings, rows)
    needed = _needed(headings, rows, status_column)
    for column in reversed(columns):
        if _total(headings, cells, columns) <= width:
            break
        if column not in needed:
            columns = tuple(one for one in columns if one != column)
    return Fitted(columns, _with_cut_names(headings, cells, columns, width))


def _needed(headings: Sequence[str], rows: Sequence[Sequence[str]], status_column: int) -> Collection[int]:
    """The first columns up to the status, and counts."""
    counts = [
        column
        for column in range(len(headings))
        if any(row[column] for row in rows) and all(_COUNT.fullmatch(row[column]) for row in rows)
    ]
    first = [column for column in range(status_column) if headings[column] in ("CUSTOMER", "ID")]
    return {*first, status_column, *counts}


def _widest(headings: Sequence[str], rows: Sequence[Sequence[str]], column: int) -> int:
    return max(len(row[column]) for row in (headings, *rows))


def _total(headings: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[int]) -> int:
    return sum(_widest(headings, rows, column) for column in columns) + GAP * (len(columns) - 1)


def _with_short_ids(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    short = {
        column: shorten([row[column] for row in rows]) for column, heading in enumerate(headings) if heading in IDS
    }
    return [
        [short[column][place] if column in short else cell for column, cell in enumerate(row)]
        for place, row in enumerate(rows)
    ]


def _with_cut_names(
    headings: Sequence[str], rows: Sequence[Sequence[str]], columns: Sequence[int], width: int
) -> Sequence[Sequence[str]]:
    """The widest name loses its middle first."""
    most: dict[int, int] = {}
    names = [column for column in columns if headings[column] in NAMES]
    cells = rows
    while names and (over := _total(headings, cells, columns) - width) > 0:
        widest = max(names, key=lambda column: _widest(headings, cells, column))
        before = _widest(headings, cells, widest)
        most[widest] = max(before - over, NARROWEST)
        cells = [[_cut(cell, most.get(column, len(cell))) for column, cell in enumerate(row)] for row in rows]
        if most[widest] == NARROWEST or _widest(headings, cells, widest) == before:
            names.remove(widest)
    return cells


def _cut(text: str, width: int) -> str:
    """The text, without its middle if it is wider."""
    if len(text) <= width:
        return text
    kept = width - len(CUT)
    return text[: kept - kept // 2] + CUT + text[len(text) - kept // 2 :]
