"""`wfm results`: list what runs left in a tenant's bucket, and get it."""

import contextlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from wfm.cli.naming import RUN_ID, Customer, OldCustomer, OneCustomer, read_customer, read_id
from wfm.cli.options import AsJson
from wfm.cli.output import print_all, short
from wfm.cli.run_options import Since, Workflow, period
from wfm.cli.session import client
from wfm.client.results.results import AMBIGUOUS, AVAILABLE, PENDING, UNDELIVERED, Result
from wfm.errors import ExitCode, UsageError

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command("list")
def list_results(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    customer: OneCustomer = None,
    workflow: Workflow = None,
    since: Since = "7d",
    as_json: AsJson = False,
) -> None:
    """List the runs that succeeded with their files, newest first. Your own rights must let you list the bucket."""
    start, _ = period(since, None)
    found = client(context).results.list(read_customer(old_customer, customer), workflow, start)
    print_all(found, ["ID", "RESULT", "WORKFLOW", "ENDED", "BYTES", "FILES"], _row, 1, as_json=as_json)


def _row(result: Result) -> list[str]:
    run, objects = result.run, result.objects
    files = ", ".join(f"s3://{each.bucket}/{each.key}" for each in objects) or result.note
    size = str(sum(each.size for each in objects)) if objects else ""
    return [run.run_id, result.state, run.either.workflow_id, short(run.ended), size, files]


@app.command("get")
def get(
    *,
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]ID", help=RUN_ID)],
    customer: Customer = None,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="The file to write; standard output if not given."),
    ] = None,
    from_amc: Annotated[
        bool, typer.Option("--from-amc", help="Download through AMC's own links, for an instance without a bucket.")
    ] = False,
) -> None:
    """Get a run's result as one CSV, parts joined under one header line. Exit code 1 if there is no file."""
    results = client(context).results
    customer, run_id = read_id(words, customer, "ID")
    result = results.get(customer, run_id)
    if result.state != AVAILABLE and not (from_amc and result.state in (PENDING, UNDELIVERED, AMBIGUOUS)):
        hint = "; --from-amc gets it" if result.state == UNDELIVERED else ""
        print(f"{run_id}: {result.state}. {result.note}{hint}".rstrip(" ."), file=sys.stderr)
        raise typer.Exit(ExitCode.FAILED)
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(_open(output)) if output else sys.stdout.buffer
        rows = write(results.lines_from_amc(result) if from_amc else results.lines(result), target)
    print(summary(rows, result, output), file=sys.stderr)


def _open(output: str) -> BinaryIO:
    try:
        return Path(output).open("wb")
    except OSError as exc:
        allowed = "allowed: a file in a folder that is there"
        raise UsageError(f"--output: {output!r} cannot be written ({exc}); {allowed}") from exc


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
