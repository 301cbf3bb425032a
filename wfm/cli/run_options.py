"""The options by which commands choose runs."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from wfm.cli.options import filled
from wfm.client.records import IN_ORDER
from wfm.client.times import read_since
from wfm.errors import UsageError
from wfm.model.statuses import REQUEST_ENDED

STATUSES = sorted({*IN_ORDER, *REQUEST_ENDED, "PENDING", "PUBLISHING", "DELETED"})


Workflow = Annotated[str | None, typer.Option(callback=filled, help="Only those of this workflow.")]
Status = Annotated[str | None, typer.Option(callback=filled, help="Only those with this status, such as FAILED.")]
Source = Annotated[
    str | None,
    typer.Option(
        callback=filled,
        help="Only those from this source: wfm, external, schedule[:NAME], backfill[:ID], or another's own name.",
    ),
]
OfLabel = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="KEY=VALUE", help="Only those with this label, such as team=emea; repeatable."),
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
