"""The options by which commands choose runs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wfm.client.records import IN_ORDER
from wfm.client.times import read_since
from wfm.errors import UsageError
from wfm.model.statuses import REQUEST_ENDED

STATUSES = sorted({*IN_ORDER, *REQUEST_ENDED, "PENDING", "PUBLISHING", "DELETED"})


def filled(param: typer.CallbackParam, value: str | None) -> str | None:
    """An unset variable leaves an empty text, which would choose everything."""
    if value is not None and not value.strip():
        raise UsageError(f"{param.opts[0]}: {value!r} is empty; allowed: a value, or leave it out")
    return value


Customer = Annotated[str, typer.Option(help="Customer id.")]
Customers = Annotated[list[str] | None, typer.Option("--customer", help="Customer id; repeatable, all if not given.")]
Workflow = Annotated[str | None, typer.Option(callback=filled, help="Only those of this workflow.")]
Status = Annotated[str | None, typer.Option(callback=filled, help="Only those with this status.")]
Source = Annotated[
    str | None,
    typer.Option(
        callback=filled,
        help="Only those from this source: wfm, external, schedule[:NAME], backfill[:ID], or another's own name.",
    ),
]
Since = Annotated[str | None, typer.Option(callback=filled, metavar="T", help="Requested since: 6h, 2d, or a time.")]
Until = Annotated[str | None, typer.Option(callback=filled, metavar="T", help="Requested before: the same forms.")]


def known_status(given: str | None) -> str | None:
    """The status as WFM writes it, in capitals; UsageError for one that there is not."""
    if given and given.upper() not in STATUSES:
        raise UsageError(f"--status: {given!r} is unknown; allowed: {', '.join(STATUSES)}")
    return given.upper() if given else None


def period(since: str | None, until: str | None) -> tuple[str, str]:
    """Both ends as WFM stores times, "" where nothing is given; UsageError if the period is empty."""
    now = datetime.now(UTC)
    start = read_since(since, now) if since else ""
    end = read_since(until, now, "--until") if until else ""
    if start and end and start >= end:
        raise UsageError(f"--until: {end} is not after --since {start}; allowed: a later time")
    return start, end
