"""`wfm schedules`: list, show, add, change, pause, resume and remove schedules."""

import sys
from typing import Annotated

import typer

from wfm.cli.given_files import read_json
from wfm.cli.options import AsJson, Customer
from wfm.cli.output import print_all, print_json
from wfm.cli.run import parse_parameters
from wfm.cli.schedule_times import SHOWN, FunctionsTimeZone, TimeZone, WindowTimeZone, next_times
from wfm.cli.schedule_views import (
    HEADINGS,
    next_body,
    note_gaps,
    print_details,
    print_times,
    row,
    times_as_json,
    windows_at,
)
from wfm.cli.session import client
from wfm.client.schedules.rows import named, read_document, together
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.wfm import Wfm

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("next")(next_times)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The schedule's name.")]


@app.command()
def add(
    *,
    context: typer.Context,
    customer: Annotated[str | None, typer.Argument(metavar="CUSTOMER", help="Customer id.")] = None,
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="1 to 100 printable characters.")] = None,
    workflow: Annotated[str | None, typer.Option(help="Id of a workflow of the customer.")] = None,
    every: Annotated[
        str | None, typer.Option(help="When: daily 08:00, weekly mon,thu 08:00, every 6 hours, cron(...), custom(...).")
    ] = None,
    time_zone: TimeZone = None,
    start: Annotated[str | None, typer.Option(help="Not before: ISO 8601, by the schedule's clock.")] = None,
    end: Annotated[str | None, typer.Option(help="Only before: ISO 8601, by the schedule's clock.")] = None,
    window: Annotated[str | None, typer.Option(help="Which data, by name, such as 'last 7 days'.")] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Which data: the start, such as TODAY(-7).")] = None,
    to: Annotated[str | None, typer.Option(help="Which data: the end, exclusive, such as TODAY(0).")] = None,
    window_type: Annotated[str | None, typer.Option(help="Which data: MOST_RECENT_DAY and AMC's other types.")] = None,
    window_time_zone: WindowTimeZone = None,
    functions_time_zone: FunctionsTimeZone = None,
    settlement_lag: Annotated[
        str | None, typer.Option(help="End the window so long before the run, such as 48h or 14d.")
    ] = None,
    parameter: Annotated[list[str] | None, typer.Option(help="NAME=VALUE for the workflow's SQL; repeatable.")] = None,
    catch_up: Annotated[str | None, typer.Option(help="After an outage: skip, last or all.")] = None,
    priority: Annotated[str | None, typer.Option(help="interactive, scheduled or backfill.")] = None,
    resubmit: Annotated[
        int | None, typer.Option(help="Send what fails again by itself, at most so often: 1 to 5, or 0 for never.")
    ] = None,
    resubmit_for: Annotated[
        list[str] | None, typer.Option(help="What counts: FAILED, REJECTED, or an error's name; repeatable.")
    ] = None,
    description: Annotated[str | None, typer.Option(help="For people.")] = None,
    file: Annotated[
        str | None, typer.Option(metavar="FILE.json", help="A schedule of any shape; - is the standard input.")
    ] = None,
    unlisted: Annotated[bool, typer.Option("--unlisted", help="The workflow was made in AMC by hand.")] = False,
    as_json: AsJson = False,
) -> None:
    """Add a schedule, or change it: what it has and is not given stays, and --end '' takes the end out."""
    given = read_document(read_json(file, "--file", "a schedule")) if file else {}
    customer, name = named(given, customer, name)
    payload = {
        "workflowId": workflow,
        "timeWindowName": window,
        "timeWindowStart": from_,
        "timeWindowEnd": to,
        "timeWindowType": window_type,
        "timeWindowTimeZone": window_time_zone,
        "dateFunctionsTimeZone": functions_time_zone,
        "settlementLag": settlement_lag,
        "parameterValues": parse_parameters(parameter or []) or None,
    }
    fields = {
        "ScheduleExpression": every,
        "ScheduleExpressionTimezone": time_zone,
        "StartDate": start,
        "EndDate": end,
        "catchUp": catch_up,
        "priority": priority,
        "resubmit": _resubmit(resubmit, resubmit_for),
        "Description": description,
    }
    wfm = client(context)
    options = {field: value for field, value in fields.items() if value is not None}
    asked = {field: value for field, value in payload.items() if value is not None}
    merged = together(given, {"Input": {"payload": asked}} if asked else {})
    own_zone = any((window, from_, to, window_time_zone))
    done, found = wfm.schedules.put(customer, name, {**merged, **options}, unlisted=unlisted, own_zone=own_zone)
    if done == "changed":
        _warn(found, done)
    if as_json:
        print_json({**_as_json(wfm, found), "change": done})
        return
    is_on = found.schedule is None or found.schedule.enabled
    print(f"{customer} {name}: {done}; {'it fires at' if is_on else 'switched off now, it would fire at'}")
    _print_upcoming(wfm, found)


def _resubmit(attempts: int | None, kinds: list[str] | None) -> object:
    """The field, as far as it is given; "" takes it out."""
    if attempts == 0:
        return ""
    given = {"attempts": attempts, "for": kinds or None}
    return {name: value for name, value in given.items() if value is not None} or None


def _print_upcoming(wfm: Wfm, found: TenantSchedule) -> None:
    if found.schedule and found.schedule.event_expression.startswith("rate(") and not found.schedule.start:
        print("note: without StartDate rate() counts from when EventBridge gets it: an estimate", file=sys.stderr)
    if found.schedule:
        note_gaps(found.schedule.event_expression, found.schedule.time_zone, found.now)
    print_times(found.upcoming(SHOWN), _zone_of(found), windows_at(wfm, found))


def _zone_of(found: TenantSchedule) -> str:
    return found.schedule.time_zone if found.schedule else "UTC"


def _as_json(wfm: Wfm, found: TenantSchedule) -> dict[str, object]:
    times = times_as_json(found.upcoming(SHOWN), _zone_of(found), windows_at(wfm, found))
    return {**found.as_json(), "upcoming": times}


def _warn(found: TenantSchedule, done: str) -> None:
    """The library may undo what people do to its schedules."""
    if found.library_version is not None:
        origin = f"{found.name} came from the library (version {found.library_version})"
        print(f"note: {origin}: a rollout may undo that it is {done}", file=sys.stderr)


@app.command("list")
def list_schedules(
    context: typer.Context,
    customer: Annotated[str | None, typer.Argument(metavar="CUSTOMER", help="Everybody's if not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """List schedules with their state, their next and their last run."""
    print_all(client(context).schedules.list(customer), HEADINGS, row, 2, as_json=as_json)


@app.command()
def show(context: typer.Context, customer: Customer, name: Name, as_json: AsJson = False) -> None:
    """Show one schedule, its next five fire times, and what the next one will ask of AMC."""
    wfm = client(context)
    found = wfm.schedules.get(customer, name)
    body = next_body(wfm, found)
    if as_json:
        print_json({**_as_json(wfm, found), "next": body})
        return
    print_details(found, body)
    _print_upcoming(wfm, found)


@app.command()
def pause(context: typer.Context, customer: Customer, name: Name, as_json: AsJson = False) -> None:
    """Pause a schedule. Runs that have started continue."""
    _show_change(client(context).schedules.pause(customer, name), "paused", as_json)


@app.command()
def resume(context: typer.Context, customer: Customer, name: Name, as_json: AsJson = False) -> None:
    """Resume a schedule: with its next time, and what it missed as its catchUp says."""
    _show_change(client(context).schedules.resume(customer, name), "resumed", as_json)


@app.command()
def remove(context: typer.Context, customer: Customer, name: Name, as_json: AsJson = False) -> None:
    """Remove a schedule. Runs that have started continue."""
    found = client(context).schedules.remove(customer, name)
    _warn(found, "removed")
    _show_change(found, "removed", as_json)


def _show_change(found: TenantSchedule, done: str, as_json: bool) -> None:
    if as_json:
        print_json({"customerId": found.customer_id, "Name": found.name, "change": done})
    else:
        print(f"{found.customer_id} {found.name}: {done}")
