"""How the command writes: colours for a terminal, aligned plain text for a pipe, JSON for a script."""

import json
from collections.abc import Sequence
from typing import Any, Final

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

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
}


def coloured(status: str) -> str:
    """A status in rich's markup."""
    colour = COLOURS.get(status)
    return f"[{colour}]{status}[/]" if colour else status


def short(time: str | None) -> str:
    """An ISO time without its milliseconds and its `T`."""
    return time[:19].replace("T", " ") if time else ""


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    print(json.dumps(document, indent=2, default=str))


def print_table(headings: Sequence[str], rows: Sequence[Sequence[str]], status_column: int) -> None:
    """A table; in a pipe without colours or broken lines, so that grep and awk can work on it.

    On a terminal the columns up to the status stay whole: ids are there to be copied.
    """
    console = Console()
    if console.is_terminal:
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column, heading in enumerate(headings):
            table.add_column(heading, no_wrap=column <= status_column, overflow="fold")
        for row in rows:
            cells = [escape(cell) for cell in row]
            cells[status_column] = coloured(row[status_column])
            table.add_row(*cells)
        console.print(table)
        return
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    for row in (headings, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def live_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], status_column: int, caption: str | None = None
) -> Table:
    """A table of one line a row, to be drawn again and again; all up to the status stays whole, the rest is cut."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", caption=caption)
    for column, heading in enumerate(headings):
        widest = max([len(heading), *(len(row[column]) for row in rows)])
        table.add_column(heading, no_wrap=True, min_width=widest if column <= status_column else None)
    for row in rows:
        cells = [escape(cell) for cell in row]
        cells[status_column] = coloured(row[status_column])
        table.add_row(*cells)
    return table
