"""How the command writes: colours for a terminal, aligned plain text for a pipe, JSON for a script."""

import json
from collections.abc import Callable, Iterable, Sequence
from textwrap import wrap
from typing import Final, Protocol, TypeVar

from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from wfm.cli.notes import print_note
from wfm.cli.widths import GAP, NARROWEST, fit

Item = TypeVar("Item")
INDENT: Final = "    "
STATUSES: Final = ("status", "state", "rollout")  # names of facts whose values have colours
COLOURS: Final = {
    "BUFFERED": "bright_black",
    "QUEUED": "bright_black",
    "PENDING": "yellow",
    "WAITING": "yellow",
    "SUBMITTING": "cyan",
    "RUNNING": "blue",
    "SUCCEEDED": "green",
    "FAILED": "red",
    "REJECTED": "red",
    "CANCELLED": "magenta",
    "PROVISIONING": "yellow",
    "ACTIVE": "green",
    "PAUSED": "magenta",
    "ENABLED": "green",
    "DISABLED": "bright_black",
    "DEGRADED": "red",
    "OFFBOARDING": "yellow",
    "OFFBOARDED": "bright_black",
    "ROLLING": "blue",
    "DONE": "green",
    "SYNCED": "green",
    "GOOD": "green",
    "WARNING": "yellow",
}


def coloured(status: str) -> str:
    """A status in rich's markup."""
    colour = COLOURS.get(status)
    return f"[{colour}]{status}[/]" if colour else status


def short(time: str | None) -> str:
    """An ISO time without its milliseconds and its `T`."""
    return time[:19].replace("T", " ") if time else ""


def counted(items: Iterable[Item], total: int | None, doing: str) -> Iterable[Item]:
    """The items themselves; on a terminal a line on stderr shows meanwhile how many there have been."""
    console = Console(stderr=True)
    return track(items, doing, total, console=console, transient=True, disable=not console.is_terminal)


class View(Protocol):
    """Something that has a JSON form of its own."""

    def as_json(self) -> object:
        """What `--json` prints."""


Shown = TypeVar("Shown", bound=View)


def print_json(document: object) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=2, default=str))


def print_all(
    found: Iterable[Shown],
    headings: Sequence[str],
    row: Callable[[Shown], Sequence[str]],
    status_column: int,
    *,
    as_json: bool,
) -> None:
    """A JSON list, or a table with a row for each."""
    if as_json:
        print_json([one.as_json() for one in found])
    else:
        print_table(headings, [row(one) for one in found], status_column)


def first_of(found: Sequence[Item], limit: int) -> Sequence[Item]:
    """The first of what was found, and a note on stderr if that leaves some out: so one more is to be looked for."""
    if len(found) > limit:
        print_note(cut_at(limit))
    return found[:limit]


def cut_at(limit: int) -> str:
    """What is said of a list that has more than that."""
    return f"only {limit} are shown, there are more; --limit takes more"


def print_facts(facts: Sequence[tuple[str, str]], width: int = 0) -> None:
    """Names and values, a line each, aligned; without values that are empty. An empty name is a blank line."""
    console = Console(soft_wrap=True, highlight=False)
    width = width or max(len(name) for name, _ in facts) + 2
    for name, value in facts:
        if not name:
            console.print()
        elif value:
            console.print(f"{name:<{width}}{coloured(value) if name in STATUSES else escape(value)}")


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], status_column: int) -> None:
    """A table; in a pipe without colours or broken lines, so that grep and awk can work on it.

    On a terminal statuses and counts stand side by side with short ids, as commands take them. Columns for which it is
    too narrow stand below each row, with their names.
    """
    console = Console()
    if not console.is_terminal:
        widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
        for row in (headings, *rows):
            print(_line(row, widths))
        return
    fitted = fit(headings, rows, status_column, console.width)
    beside, widths = fitted.columns, fitted.widths(headings)
    below = [column for column in range(len(headings)) if column not in beside]
    console.print(f"[bold]{_line([headings[one] for one in beside], widths)}[/]", soft_wrap=True, highlight=False)
    for row in fitted.cells:
        line = _line([row[one] for one in beside], widths, beside.index(status_column))
        console.print(line, soft_wrap=True, highlight=False)
        for text in beneath([headings[one] for one in below], [row[one] for one in below], console.width):
            console.print(escape(text), soft_wrap=True, highlight=False)


def beneath(headings: Sequence[str], row: Sequence[str], width: int) -> list[str]:
    """The lines below a row for what does not fit beside it; what is empty is left out, and no word is broken."""
    text = "  ".join(f"{heading.lower()}: {cell}" for heading, cell in zip(headings, row, strict=True) if cell)
    return wrap(
        text, width, initial_indent=INDENT, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False
    )


def _line(cells: Sequence[str], widths: Sequence[int], status_column: int | None = None) -> str:
    """Side by side; in rich's markup if the column is given whose status gets its colour."""
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=False)]
    if status_column is not None:
        padded = [escape(cell) for cell in padded]
        status = cells[status_column]
        padded[status_column] = coloured(status) + " " * (widths[status_column] - len(status))
    return "  ".join(padded).rstrip()


def live_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    status_column: int,
    width: int,
    caption: str | None = None,
) -> Table:
    """A table of one line a row, to be drawn again and again on a terminal of that width.

    Statuses and counts are always there; of the columns that do not fit, the last is cut to what is left.
    """
    fitted = fit(headings, rows, status_column, width)
    columns, widths = [*fitted.columns], fitted.widths(headings)
    left = width - sum(widths) - GAP * len(columns)
    if len(headings) - 1 not in columns and left >= NARROWEST:
        columns.append(len(headings) - 1)
        widths.append(left)
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold", caption=caption)
    for column, wide in zip(columns, widths, strict=True):
        table.add_column(headings[column], no_wrap=True, width=wide)
    for row in fitted.cells:
        cells = [coloured(row[one]) if one == status_column else escape(row[one]) for one in columns]
        table.add_row(*cells)
    return table
