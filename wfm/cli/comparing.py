"""`wfm results compare`."""

from decimal import Decimal
from typing import Annotated

import typer

from wfm.cli.naming import RUN_ID, Customer, full, read_ids
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import print_json, print_table
from wfm.cli.session import client
from wfm.client.results.comparing import Comparison
from wfm.errors import UsageError
from wfm.model.result_totals import ColumnChange


def compare(
    context: typer.Context,
    ids: Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]ID [[CUSTOMER/]ID]", help=RUN_ID)],
    *,
    customer: Customer = None,
    from_amc: Annotated[
        bool, typer.Option("--from-amc", help="Read through AMC's own links, for an instance without a bucket.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how much a run's result differs from that of the run whose place it takes, or from the one named first."""
    wfm = client(context)
    named = [full(wfm, one) for one in read_ids(ids, customer, "ID")]
    if len(named) > 2:
        raise UsageError(f"ID: {len(named)} runs are too many; allowed: one, or two to compare")
    before = named[0] if len(named) == 2 else None
    if before and before[0] != named[-1][0]:
        raise UsageError(f"ID: {before[0]} and {named[-1][0]} are two customers; allowed: two runs of one")
    found = wfm.results.compare(*named[-1], before=before[1] if before else None, from_amc=from_amc)
    if as_json:
        print_json(found.as_json())
        return
    _note(found)
    rows = [_row(each) for each in (found.change.rows, *found.change.columns)]
    print_table(["COLUMN", "BEFORE", "AFTER", "CHANGE"], rows, status_column=3)


def _note(found: Comparison) -> None:
    before, after = found.runs
    print_note(f"{after.run_id} beside {before.run_id}, {after.window.shown() if after.window else 'of no window'}")
    if not found.has_same_window:
        print_note(f"their windows differ: {before.run_id} read {before.window.shown() if before.window else 'none'}")
    if found.has_same_definition is False:
        print_note("two definitions made them: not only the data differ")


def _row(change: ColumnChange) -> list[str]:
    percent = f"{change.percent:+}%" if change.percent is not None else ""
    return [change.name, _shown(change.before), _shown(change.after), percent]


def _shown(value: Decimal | None) -> str:
    return "" if value is None else f"{value:,f}"
