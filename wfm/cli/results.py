"""`wfm results`: list what runs left in a tenant's bucket, get it, and compare two of them."""

import contextlib
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, BinaryIO, Final

import typer

from wfm.cli.choosing import (
    Backfill,
    Choice,
    Ids,
    WindowFrom,
    WindowTo,
    chosen_runs,
    explain_nothing,
    read_choice,
    read_filter,
)  # fmt: skip
from wfm.cli.comparing import compare
from wfm.cli.each_of_many import do_each
from wfm.cli.exits import fail_by, print_tally
from wfm.cli.naming import OldCustomer, Tenants, required_tenants
from wfm.cli.options import AsJson
from wfm.cli.output import counted, print_all, print_json, print_table, short
from wfm.cli.request_options import parse_labels
from wfm.cli.run_options import OfLabel, Since, Until, Workflow, period
from wfm.cli.session import client
from wfm.client.results.many import whole_file, worth_getting, write_all, write_each
from wfm.client.results.results import AMBIGUOUS, AVAILABLE, PENDING, UNDELIVERED, Result, available
from wfm.client.runs.run import Run
from wfm.client.wfm import Wfm
from wfm.errors import ExitCode, UsageError

HEADINGS: Final = ["ID", "RESULT", "WORKFLOW", "ENDED", "BYTES", "FILES"]
FROM_AMC: Final = (PENDING, UNDELIVERED, AMBIGUOUS)  # where AMC's own links may have what the bucket has not
app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("compare")(compare)


@app.command("list")
def list_results(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    since: Since = "7d",
    label: OfLabel = None,
    as_json: AsJson = False,
) -> None:
    """List the runs of a customer, or of many, that succeeded with their files, the newest of each first.

    Your own rights must let you list the buckets. One that cannot be listed does not keep the rest.
    """
    (start, _), labels = period(since, None), parse_labels(label)
    wfm = client(context)
    customers = required_tenants(wfm, old_customer, tenants)
    listed, problems = do_each(
        customers, lambda one: [*wfm.results.list(one, workflow, start, labels=labels)], str, "listing"
    )
    found = [result for of_one in listed for result in of_one]
    if not problems:
        explain_nothing(found, wfm, customers, workflow=workflow)
    if as_json or len(customers) == 1:
        print_all(found, HEADINGS, _row, 1, as_json=as_json)
    else:
        rows = [[one.run.either.customer_id, *_row(one)] for one in found]
        print_table(["CUSTOMER", *HEADINGS], rows, status_column=2)
    fail_by(problems, of_all=not listed)


def _row(result: Result) -> list[str]:
    run, objects = result.run, result.objects
    files = ", ".join(f"s3://{each.bucket}/{each.key}" for each in objects) or result.note
    size = str(sum(each.size for each in objects)) if objects else ""
    return [run.run_id, result.state, run.either.workflow_id, short(run.ended), size, files]


@app.command("get")
def get(
    *,
    context: typer.Context,
    ids: Ids = None,
    tenants: Tenants = None,
    workflow: Workflow = None,
    backfill: Backfill = None,
    since: Since = None,
    until: Until = None,
    window_from: WindowFrom = None,
    window_to: WindowTo = None,
    label: OfLabel = None,
    everything: Annotated[bool, typer.Option("--all", help="All runs.")] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE|DIR/", help="Where to; of one run standard output if not given."),
    ] = None,
    from_amc: Annotated[
        bool, typer.Option("--from-amc", help="Download through AMC's own links, for an instance without a bucket.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Of many: print JSON of what became of each.")] = False,
) -> None:
    """Get a run's result as one CSV, parts joined under one header line. Exit code 1 if there is no file.

    Of many runs into DIR/, a file for each, or into one FILE with columns that tell whose each line is.

    For example: `wfm results get --backfill summer -o summer.csv`
    """
    wfm = client(context)
    wanted = read_filter(workflow, backfill, (since, until), (window_from, window_to), label)
    choice = read_choice(wfm, ids, tenants, wanted, everything=everything)
    is_folder = output is not None and (output.endswith(("/", os.sep)) or Path(output).is_dir())
    if len(choice.named) != 1 or is_folder:
        _get_many(wfm, choice, output, is_folder=is_folder, from_amc=from_amc, as_json=as_json)
        return
    results, (customer, run_id) = wfm.results, choice.named[0]
    result = results.get(customer, run_id)
    if result.state != AVAILABLE and not (from_amc and result.state in FROM_AMC):
        hint = "; --from-amc gets it" if result.state == UNDELIVERED else ""
        print(f"{run_id}: {result.state}. {result.note}{hint}".rstrip(" ."), file=sys.stderr)
        raise typer.Exit(ExitCode.FAILED)
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(_open(output)) if output else sys.stdout.buffer
        rows = write(results.lines_from_amc(result) if from_amc else results.lines(result), target)
    print(summary(rows, result, output), file=sys.stderr)


def _get_many(wfm: Wfm, choice: Choice, output: str | None, *, is_folder: bool, from_amc: bool, as_json: bool) -> None:
    if output is None:
        raise UsageError("--output: is missing; allowed: DIR/ for a file of each run, or one FILE for all")
    runs = worth_getting(chosen_runs(wfm, choice))

    def lines(run: Run) -> Iterable[bytes]:
        result = wfm.results.get(run.either.customer_id, run.run_id)
        if from_amc and result.state in FROM_AMC:
            return wfm.results.lines_from_amc(result)
        return wfm.results.lines(available(result))

    try:
        if is_folder:
            Path(output).mkdir(parents=True, exist_ok=True)
            got = list(counted(write_each(runs, lines, Path(output)), len(runs), "getting"))
        else:
            with whole_file(Path(output)) as target:
                written = write_all(runs, lambda run: wfm.results.rows(run, lines(run)), target)
                got = list(counted(written, len(runs), "getting"))
    except OSError as exc:
        raise _unwritable(output, exc) from exc
    if as_json:
        print_json([one.as_json() for one in got])
    else:
        rows = [[one.customer_id, one.run_id, one.outcome, one.detail] for one in got]
        print_table(["CUSTOMER", "ID", "OUTCOME", "DETAIL"], rows, status_column=2)
    print_tally(got, "written")


def _open(output: str) -> BinaryIO:
    try:
        return Path(output).open("wb")
    except OSError as exc:
        raise _unwritable(output, exc) from exc


def _unwritable(output: str, exc: OSError) -> UsageError:
    return UsageError(f"--output: {output!r} cannot be written ({exc}); allowed: a file in a folder that is there")


def write(lines: Iterable[bytes], target: BinaryIO) -> int:
    """Write all lines; how many there were below the header."""
    count = 0
    for line in lines:
        target.write(line)
        count += 1
    target.flush()
    return max(count - 1, 0)


def summary(rows: int, result: Result, output: str | None) -> str:
    """What was got. An empty result may have been suppressed: AMC leaves out what concerns too few people."""
    where = f"{output}: " if output else ""
    said = f" AMC says: {result.note}" if result.note else ""
    if rows:
        return f"{where}{rows} lines below the header.{said}"
    why = said or " AMC does not say why: nothing matched, or what did was about too few people to be shown."
    return f"{where}no rows, only the header.{why}"
