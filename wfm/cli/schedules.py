"""`wfm schedules`: list, show, add, change, pause, resume and remove schedules."""

from typing import Annotated

import typer

from wfm.cli.given_files import read_json
from wfm.cli.naming import Customer, OldCustomer, Tenants, read_id, read_tenants
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import print_all, print_json
from wfm.cli.request_options import (
    FunctionsTimeZone,
    Label,
    Parameter,
    Priority,
    Refresh,
    SettlementLag,
    Unlisted,
    WindowEnd,
    WindowName,
    WindowStart,
    WindowTimeZone,
    WindowType,
    parse_ages,
    parse_labels,
    parse_parameters,
)  # fmt: skip
from wfm.cli.schedule_changes import note_library, pause, remove, resume
from wfm.cli.schedule_run import run
from wfm.cli.schedule_times import TimeZone, next_times
from wfm.cli.schedule_views import (
    HEADINGS,
    SHOWN,
    due_times,
    next_body,
    note_gaps,
    note_left_out,
    print_details,
    print_times,
    row,
    times_as_json,
    windows_at,
)  # fmt: skip
from wfm.cli.session import client
from wfm.cli.window_notes import note_age, note_zones
from wfm.client.schedules.rows import named, read_document, together
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.wfm import Wfm
from wfm.errors import UsageError
from wfm.model.record_fields import unread_in_schedule
from wfm.model.rows import Document
from wfm.model.schedules import asks_the_same

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("next")(next_times)
app.command("run")(run)
app.command("pause")(pause)
app.command("resume")(resume)
app.command("remove")(remove)
Name = Annotated[list[str], typer.Argument(metavar="[CUSTOMER/]NAME", help="The schedule's name.")]
Every = Annotated[
    str | None, typer.Option(help="When: daily 08:00, weekly mon,thu 08:00, every 6 hours, cron(...), custom(...).")
]
Resubmit = Annotated[int | None, typer.Option(help="Resubmit what fails, 1 to 5 times at most; 0 for never.")]
ResubmitFor = Annotated[
    list[str] | None, typer.Option(help="Which failures: FAILED, REJECTED, or an error's name; repeatable.")
]
ResubmitPause = Annotated[
    str | None, typer.Option(help="How long to wait before the next try: whole quarters of an hour, 45m, 2h.")
]
File = Annotated[str | None, typer.Option(metavar="FILE.json", help="A schedule of any shape; - is stdin.")]


@app.command()
def add(
    *,
    context: typer.Context,
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[CUSTOMER/]NAME", help="1 to 100 printable characters.")
    ] = None,
    customer: Customer = None,
    workflow: Annotated[str | None, typer.Option(help="Id of a workflow of the customer.")] = None,
    every: Every = None,
    time_zone: TimeZone = None,
    start: Annotated[str | None, typer.Option(help="Not before: such as 2026-12-01, by the schedule's clock.")] = None,
    end: Annotated[str | None, typer.Option(help="Only before: such as 2027-01-01, by the schedule's clock.")] = None,
    window: WindowName = None,
    from_: WindowStart = None,
    to: WindowEnd = None,
    window_type: WindowType = None,
    window_time_zone: WindowTimeZone = None,
    functions_time_zone: FunctionsTimeZone = None,
    settlement_lag: SettlementLag = None,
    parameter: Parameter = None,
    catch_up: Annotated[str | None, typer.Option(help="After an outage: skip, last or all.")] = None,
    priority: Priority = None,
    except_: Annotated[
        list[str] | None,
        typer.Option("--except", help="A date, such as 2026-12-25, on which it does not fire; repeatable."),
    ] = None,
    spread: Annotated[str | None, typer.Option(help="Send within that time after each firing: 30m, 2h.")] = None,
    overlap: Annotated[
        str | None, typer.Option(help="While the run before goes on: queue, skip or replace (which cancels that run).")
    ] = None,
    due_by: Annotated[
        str | None, typer.Option(help="When each run has to be done, such as 09:00, by the schedule's clock.")
    ] = None,
    pause_after: Annotated[
        int | None, typer.Option(help="Pause it after so many failures in a row, 1 to 100; 0 for never.")
    ] = None,
    label: Label = None,
    refresh: Refresh = None,
    resubmit: Resubmit = None,
    resubmit_for: ResubmitFor = None,
    resubmit_pause: ResubmitPause = None,
    description: Annotated[str | None, typer.Option(help="A text for people.")] = None,
    file: File = None,
    unlisted: Unlisted = False,
    as_json: AsJson = False,
) -> None:
    """Add a schedule, or change it: fields that are not given stay, and --end '' takes the end out.

    For example: `wfm schedules add alder-audio/daily-reach --workflow reach --every 'daily 08:00' --window yesterday`
    """
    given = read_document(read_json(file, "--file", "a schedule")) if file else {}
    customer, name = _named(given, words, customer)
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
        "except": _dates(except_),
        "spread": spread,
        "overlap": overlap,
        "dueBy": due_by,
        "pauseAfter": "" if pause_after == 0 else pause_after,
        "resubmit": _resubmit(resubmit, resubmit_for, resubmit_pause),
        "refresh": "" if refresh == "" else parse_ages(refresh),
        "labels": "" if label == [""] else parse_labels(label) or None,
        "Description": description,
    }
    wfm = client(context)
    options = {field: value for field, value in fields.items() if value is not None}
    asked = {field: value for field, value in payload.items() if value is not None}
    merged = together(given, {"Input": {"payload": asked}} if asked else {})
    own_zone = any((window, from_, to, window_time_zone, time_zone))
    done, found = wfm.schedules.put(customer, name, {**merged, **options}, unlisted=unlisted, own_zone=own_zone)
    if done == "changed":
        note_library([found], done)
    for warning in unread_in_schedule(merged):
        print_note(warning)
    _note_twins(wfm, found)
    if as_json:
        print_json({**_as_json(wfm, found), "change": done})
        return
    is_on = found.schedule is None or found.schedule.enabled
    print(f"{customer} {name}: {done}; {'it fires at' if is_on else 'switched off now, it would fire at'}")
    _print_upcoming(wfm, found)


def _named(given: Document, words: list[str] | None, customer: str | None) -> tuple[str, str]:
    """Customer and name of the schedule, by the command line or the file."""
    if words and (len(words) > 1 or customer or "/" in words[0] or "customerId" not in given):
        return named(given, *read_id(words, customer, "NAME"))
    return named(given, customer, words[0] if words else None)


def _note_twins(wfm: Wfm, found: TenantSchedule) -> None:
    """Warn of other schedules of the customer that ask for the same at the same times."""
    for other in wfm.schedules.list(found.customer_id):
        if other.name != found.name and found.schedule and asks_the_same(other.schedule, found.schedule):
            print_note(f"{other.name} asks for the same at the same times: it would run twice")


def _resubmit(attempts: int | None, kinds: list[str] | None, pause: str | None) -> object:
    """The field, as far as it is given; "" takes it out."""
    if attempts == 0 and (kinds or pause):
        beside = "--resubmit-for" if kinds else "--resubmit-pause"
        raise UsageError(f"{beside}: stands beside --resubmit 0; allowed: 1 to 5 attempts, or no {beside}")
    if attempts == 0:
        return ""
    given = {"attempts": attempts, "for": kinds or None, "pause": pause}
    return {name: value for name, value in given.items() if value is not None} or None


def _dates(given: list[str] | None) -> object:
    """The field, as far as it is given; "" takes it out."""
    return "" if given == [""] else given


def _print_upcoming(wfm: Wfm, found: TenantSchedule) -> None:
    if found.schedule and found.schedule.event_expression.startswith("rate(") and not found.schedule.start:
        print_note("without StartDate rate() counts from when EventBridge gets it: an estimate")
    if found.schedule:
        note_gaps(found.schedule.event_expression, found.schedule.time_zone, found.now)
        note_zones(found.schedule.time_zone, found.schedule.payload.get("timeWindowTimeZone"))
    upcoming = found.upcoming(SHOWN)
    note_left_out(found, upcoming)
    windows = windows_at(wfm, found)
    note_age(windows[0].partition(" to ")[0] if windows else None)
    print_times(upcoming, _zone_of(found), windows, due_times(found, upcoming))


def _zone_of(found: TenantSchedule) -> str:
    return found.schedule.time_zone if found.schedule else "UTC"


def _as_json(wfm: Wfm, found: TenantSchedule) -> dict[str, object]:
    upcoming = found.upcoming(SHOWN)
    times = times_as_json(upcoming, _zone_of(found), windows_at(wfm, found), due_times(found, upcoming))
    left_out = times_as_json(found.left_out(upcoming), _zone_of(found))
    return {**found.as_json(), "upcoming": times, "leftOut": left_out}


@app.command("list")
def list_schedules(
    *,
    context: typer.Context,
    old_customer: OldCustomer = None,
    tenants: Tenants = None,
    as_json: AsJson = False,
) -> None:
    """List schedules with their state, their next and their last run."""
    wfm = client(context)
    customers = read_tenants(wfm, old_customer, tenants)
    of_each = [wfm.schedules.list(each) for each in customers] if customers is not None else [wfm.schedules.list()]
    found = [schedule for schedules in of_each for schedule in schedules]
    print_all(found, HEADINGS, row, 2, as_json=as_json)


@app.command()
def show(context: typer.Context, name: Name, customer: Customer = None, as_json: AsJson = False) -> None:
    """Show one schedule, its next five fire times, and what the next one will ask of AMC."""
    wfm = client(context)
    found = wfm.schedules.get(*read_id(name, customer, "NAME"))
    body = next_body(wfm, found)
    if as_json:
        print_json({**_as_json(wfm, found), "next": body})
        return
    print_details(found, body)
    _print_upcoming(wfm, found)
