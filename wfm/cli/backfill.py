"""`wfm backfill`: run a workflow over many windows of the past, for one or many tenants."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from wfm.calendar.spans import REFRESH
from wfm.cli.backfill_changes import Backfill, cancel, pause, resume
from wfm.cli.backfill_views import HEADINGS, details, row, watching
from wfm.cli.choosing import explain_nothing
from wfm.cli.confirming import confirm
from wfm.cli.given_files import read_text
from wfm.cli.naming import Tenants, read_id, read_tenants
from wfm.cli.notes import print_note
from wfm.cli.options import OnlyJson, Timeout, Wait, Yes
from wfm.cli.output import first_of, print_all, print_json
from wfm.cli.request_options import (
    Alone,
    Label,
    Parameter,
    Refresh,
    Unlisted,
    parse_ages,
    parse_labels,
    parse_parameters,
)
from wfm.cli.run_options import OfLabel, Workflow
from wfm.cli.session import client
from wfm.cli.window_notes import note_age, note_zones
from wfm.client.backfills.backfills import Backfills, new_id
from wfm.client.backfills.preview import LENGTHS, plan_sentences, selection_sentences, zone_fields
from wfm.client.backfills.started import BACKFILL_TIMEOUT
from wfm.client.backfills.status import BackfillStatus
from wfm.client.wfm import Wfm
from wfm.client.workflow_files import yaml_text
from wfm.errors import InvalidFilesError, UsageError
from wfm.model.backfill_selection import Only, Selection
from wfm.model.backfill_windows import SLIDING, TUMBLING
from wfm.model.labels import LABELS

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.command("cancel")(cancel)
app.command("pause")(pause)
app.command("resume")(resume)


class By(StrEnum):
    """Lengths of windows by name."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@app.command()
def start(
    *,
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="[CUSTOMER/]WORKFLOW", help="Id of a workflow of the customers.")
    ],
    tenants: Tenants = None,
    everybody: Annotated[bool, typer.Option("--all", help="Every ACTIVE tenant that has the workflow.")] = False,
    from_: Annotated[str, typer.Option("--from", help="Start of the first window: a date, or yyyy-MM-ddTHH:mm:ss.")],
    to: Annotated[str, typer.Option("--to", help="The end, exclusive; the same forms.")],
    days: Annotated[int | None, typer.Option(help="The length of a window in days.")] = None,
    by: Annotated[By | None, typer.Option(help="A window for each day, week or month, in place of --days.")] = None,
    sliding: Annotated[bool, typer.Option("--sliding", help="Windows begin a day apart, not where one ends.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="The last window may be shorter.")] = False,
    time_zone: Annotated[
        str | None,
        typer.Option(help="The zone of windows and dates in parameters, such as America/New_York; UTC if not given."),
    ] = None,
    parameter: Parameter = None,
    parameters: Annotated[
        str | None, typer.Option(metavar="FILE", help="YAML or JSON with sets of values; each set is run.")
    ] = None,
    backfill_id: Annotated[str | None, typer.Option("--id", help="1 to 30 letters, digits, '-' and '_'.")] = None,
    only: Annotated[
        list[Only] | None,
        typer.Option(
            help="Only windows without success (missing), whose newest request failed (failed), or whose definition or"
            " values are others since (changed); repeatable: any of these."
        ),
    ] = None,
    newest_first: Annotated[bool, typer.Option("--newest-first", help="Begin with the newest window.")] = False,
    label: Label = None,
    refresh: Refresh = None,
    unlisted: Unlisted = False,
    alone: Alone = False,
    yes: Yes = False,
    wait: Wait = False,
    timeout: Timeout = BACKFILL_TIMEOUT,
    as_json: OnlyJson = False,
) -> None:
    """Run WORKFLOW once for each window of a range, for each set of parameters, for each customer.

    For example: `wfm backfill start geo_performance --tenants all --from 2026-07-01 --to 2026-10-01 --by month`
    """
    labels = parse_labels(label)
    wfm = client(context)
    workflow, customers = _workflow_of(wfm, words, tenants)
    if bool(customers) == everybody:
        raise UsageError("--customer: give customers, or --all instead; allowed: one of the two")
    backfills = wfm.backfills
    backfill_id = new_id(workflow, datetime.now(UTC)) if backfill_id is None else backfill_id
    plan: dict[str, object] = {
        "customerIds": list(customers or []) or _everybody(backfills, workflow),
        "workflowId": workflow,
        "start": from_,
        "end": to,
        **_length(days, by),
        "windowType": SLIDING if sliding else TUMBLING,
        "allowPartialWindow": partial,
        "payload": _payload(time_zone, parameter or []),
        **({"chain": False} if alone else {}),
        **({LABELS: dict(labels)} if labels else {}),
        **({REFRESH: parse_ages(refresh)} if refresh is not None else {}),
        **({"newestFirst": True} if newest_first else {}),
        **_read_sets(parameters),
    }
    backfill = backfills.preview(backfill_id, plan, unlisted=unlisted)
    selection = backfills.select(backfill, only) if only else None
    if selection and not selection.numbers:
        _print_nothing_left(selection, as_json=as_json)
        return
    if selection:
        plan["numbers"] = selection.text
        backfill = backfills.narrowed(backfill_id, plan, selection)
    _note_repetition(backfills.repeats(backfill))
    note_age(backfill.windows[0][0])
    note_zones(time_zone)
    sentences = plan_sentences(backfill, backfills.active_tenants(backfill.customer_ids), selection)
    confirm(sentences, f"Start {backfill_id}?", yes=yes)
    backfills.start(backfill_id, plan, wfm.aws.caller)
    if wait:
        watching(backfills, backfill_id, timeout, as_json=as_json)
    elif as_json:
        print_json({"backfillId": backfill_id, "requests": len(backfill)})
    else:
        print(f"{backfill_id}  {len(backfill)} requests; follow it with: wfm backfill watch {backfill_id}")


def _note_repetition(earlier: BackfillStatus | None) -> None:
    if earlier:
        note = f"{earlier.execution.backfill_id} asked for the same and is {earlier.execution.status}"
        print_note(f"{note}; each window would be run once more")


def _print_nothing_left(selection: Selection, *, as_json: bool) -> None:
    if as_json:
        print_json({"backfillId": None, "requests": 0})
    else:
        print("\n".join(["Nothing is left to run.", *selection_sentences(selection)]))


def _length(days: int | None, by: By | None) -> Mapping[str, object]:
    """The length of a window, as a plan has it."""
    if (days is None) == (by is None):
        raise UsageError("--days: give the length of a window, or --by instead; allowed: one of the two")
    return {"days": days} if by is None else LENGTHS[by]


def _workflow_of(wfm: Wfm, words: Sequence[str], tenants: Sequence[str] | None) -> tuple[str, Sequence[str] | None]:
    """The one workflow, and the customers that are named with it or chosen."""
    if len(words) != 1:
        raise UsageError(f"WORKFLOW: {len(words)} are given; allowed: one")
    if "/" not in words[0]:
        return words[0], read_tenants(wfm, None, tenants)
    named = read_id(words, None, "WORKFLOW")
    if tenants:
        raise UsageError(f"--customer: stands beside {words[0]}; allowed: one of the two")
    return named.id, [named.customer_id]


def _everybody(backfills: Backfills, workflow: str) -> Sequence[str]:
    found = backfills.tenants_with(workflow)
    if not found:
        raise UsageError(
            f"--all: no ACTIVE tenant has the workflow {workflow!r}; allowed: a workflow that tenants have"
        )
    return found


def _payload(time_zone: str | None, parameter: list[str]) -> dict[str, object]:
    if time_zone is not None and not time_zone.strip():
        raise UsageError(f"--time-zone: {time_zone!r:.60} is empty; allowed: a zone, or leave it out")
    values = parse_parameters(parameter)
    return zone_fields(time_zone) | ({"parameterValues": values} if values else {})


def _read_sets(name: str | None) -> Mapping[str, object]:
    """The sets in a file, as a plan has them: a list of objects, or one object."""
    if name is None:
        return {}
    document = yaml_text.read(
        read_text(name, "--parameters", "sets of values as YAML or JSON")
    )  # which reads JSON as well
    if document.problems:
        raise InvalidFilesError([f"{name}:{line}: {problem}" for line, problem in document.problems])
    found = document.value
    return {"parameterSets": found if isinstance(found, list) else [found]}


@app.command("list")
def list_backfills(
    context: typer.Context,
    workflow: Workflow = None,
    label: OfLabel = None,
    limit: Annotated[int, typer.Option(min=1, help="At most this many.")] = 20,
    as_json: OnlyJson = False,
) -> None:
    """List the backfills of the last 90 days, the newest first."""
    wfm, labels = client(context), parse_labels(label)
    found = first_of(wfm.backfills.list(limit + 1, workflow=workflow, labels=labels), limit)
    explain_nothing(found, wfm, None, workflow=workflow)
    print_all(found, HEADINGS, row, 1, as_json=as_json)


@app.command()
def show(context: typer.Context, backfill_id: Backfill, as_json: OnlyJson = False) -> None:
    """Show a backfill's status: its requests by status, in all and for each customer."""
    status = client(context).backfills.get(backfill_id)
    if as_json:
        print_json(status.as_json())
    else:
        details(status)


@app.command()
def watch(
    context: typer.Context, backfill_id: Backfill, timeout: Timeout = BACKFILL_TIMEOUT, as_json: OnlyJson = False
) -> None:
    """Follow a backfill to its end; exit code 1 unless all of its requests succeeded."""
    watching(client(context).backfills, backfill_id, timeout, as_json=as_json)
