"""`wfm window`."""

from datetime import UTC
from typing import Annotated

import typer

from wfm.calendar.local_times import in_zone, text, zone
from wfm.cli.notes import print_note
from wfm.cli.output import print_json, print_table
from wfm.client.times import read_moment
from wfm.client.windows import resolve

app = typer.Typer(add_completion=False)


@app.command()
def window(
    expressions: Annotated[
        list[str],
        typer.Argument(metavar="EXPR...", help="Such as 'TODAY(-7)', 'STARTOFWEEK(0) - 6h' or 'previous month'."),
    ],
    at: Annotated[
        str | None,
        typer.Option(
            help="The scheduled time, such as 2026-12-01T08:00, UTC unless it has an offset; now if not given."
        ),
    ] = None,
    time_zone: Annotated[
        str, typer.Option(help="The calendar that they use, as with dateFunctionsTimeZone: window.")
    ] = "UTC",
    as_json: Annotated[bool, typer.Option("--json", help="Print an object from expression to value.")] = False,
) -> None:
    """Print what date expressions and named windows stand for."""
    where = zone(time_zone, "--time-zone")
    moment = read_moment(at, "--at")
    found = [resolve(expression, moment, where) for expression in expressions]
    if as_json:
        print_json({one.expression: one.as_json() for one in found})
        return
    if where is not UTC:
        print_note(f"{text(moment)} UTC is {text(in_zone(moment, where))} in {time_zone}")
    rows = [[one.expression, " to ".join(one.times), one.hint] for one in found]
    print_table(["EXPRESSION", "VALUE", "HINT"], rows, status_column=1)
