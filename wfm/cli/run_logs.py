"""`wfm executions logs`."""

import json
from collections.abc import Callable, Iterator
from typing import Annotated

import typer
from rich.console import Console

from wfm.cli.naming import RUN_ID, Customer, read_ids
from wfm.cli.options import AsJson
from wfm.cli.run_options import Since, period
from wfm.cli.session import client
from wfm.client.adapters.log_queries import MAX_LINES
from wfm.client.poll_schedule import CLOCK
from wfm.client.runs.logs import DEFAULT_LINES, OWN_COLUMNS, LogLine, RunLog
from wfm.client.runs.watch import INTERVAL


def logs(
    *,
    context: typer.Context,
    run_ids: Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]ID...", help=RUN_ID)],
    customer: Customer = None,
    since: Since = None,
    limit: Annotated[
        int, typer.Option(min=1, max=MAX_LINES, help="At most this many lines, the oldest.")
    ] = DEFAULT_LINES,
    follow: Annotated[bool, typer.Option("--follow", help="Show new lines until the runs have ended.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show the log lines of runs, of all Lambdas and of the machine, in order of time.

    On AWS, Logs Insights charges for what it scans: a run is looked for from when it was asked for to its end.
    """
    start, _ = period(since, None)
    ids = read_ids(run_ids, customer, "ID")
    wfm = client(context)

    def read() -> RunLog:
        return wfm.runs.logs(ids, since=start, limit=limit)

    log = read()
    if as_json and not follow:
        print(json.dumps([line.as_json() for line in log.lines], indent=2))
    else:
        for line in log.lines:
            show(line, several=len(ids) > 1, as_json=as_json)
    if follow:
        for line in new_lines(log, read):
            show(line, several=len(ids) > 1, as_json=as_json)
    if log.is_cut:
        where = f"--since {log.lines[-1].time}" if log.lines else "--since"
        tell(f"cut at {limit} lines: --limit, up to {MAX_LINES}, shows more, and {where} what comes after them")
    elif not log.lines:
        tell("no lines: logs are kept for as long as log_retention_days says, and take a minute to arrive")


def new_lines(log: RunLog, read: Callable[[], RunLog]) -> Iterator[LogLine]:
    """What comes after the lines that are known, until the runs have ended and a last look showed nothing new."""
    known = {line.pointer for line in log.lines}
    has_ended = log.has_ended
    while True:
        CLOCK.sleep(INTERVAL)
        log = read()
        fresh = [line for line in log.lines if line.pointer not in known]
        known |= {line.pointer for line in fresh}
        yield from fresh
        if has_ended and not fresh:
            return
        has_ended = log.has_ended


def show(line: LogLine, *, several: bool, as_json: bool) -> None:
    """Print a line: time, who wrote it, what, and what else it says."""
    if as_json:
        print(json.dumps(line.as_json()), flush=True)
        return
    rest = " ".join(f"{name}={_value(value)}" for name, value in line.fields.items() if name not in OWN_COLUMNS)
    run = f"{line.customer_id}/{line.run_id}  " if several else ""
    print(f"{line.time}  {run}{line.source:<19}  {line.level:<7}  {line.message}  {rest}".rstrip(), flush=True)


def tell(text: str) -> None:
    """A note for a person, beside the lines."""
    Console(stderr=True, soft_wrap=True, highlight=False).print(text)


def _value(value: object) -> str:
    return value if isinstance(value, str) and " " not in value else json.dumps(value)
