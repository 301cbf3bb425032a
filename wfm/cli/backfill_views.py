"""Views of backfills: what one would do, a line in the list, all of one, and its progress."""

from collections.abc import Mapping
from datetime import UTC, datetime

from rich.console import Console, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.progress_bar import ProgressBar
from rich.table import Table

from wfm.cli.exits import fail_unless, interruptible
from wfm.cli.output import coloured, print_facts, print_json, short
from wfm.client.backfills.backfills import Backfills
from wfm.client.backfills.status import BackfillStatus
from wfm.model.backfills import Backfill
from wfm.model.labels import as_pairs

HEADINGS = ["ID", "STATUS", "WORKFLOW", "TENANTS", "REQUESTS", "ENDED", "STARTED", "REASON"]
BAR = 30  # characters


def row(status: BackfillStatus) -> list[str]:
    """A line of `wfm backfill list`."""
    execution, backfill = status.execution, status.backfill
    counts = [str(len(backfill.customer_ids)) if backfill else "", str(status.requests), str(status.ended)]
    started = short(execution.started.astimezone(UTC).isoformat())
    head = [execution.backfill_id, execution.status, str(execution.plan.get("workflowId") or "")]
    return [*head, *counts, started, "; ".join(filter(None, [status.reason, status.amends]))]


def details(status: BackfillStatus) -> None:
    """What `wfm backfill show` prints: a bar, the counts, and the counts of each customer."""
    execution, plan = status.execution, status.execution.plan
    days, by = plan.get("days"), plan.get("by")
    kind = f"{plan.get('windowType', 'tumbling')} windows of {f'a {by}' if by else f'{days} days'}"
    facts = [
        ("backfill", execution.backfill_id),
        ("status", ", ".join(filter(None, [execution.status, status.amends]))),
        ("reason", status.reason or ""),
        ("resumes", str(plan.get("resumes") or "")),
        ("workflow", str(plan.get("workflowId") or "")),
        ("labels", ", ".join(as_pairs(status.labels))),
        ("range", f"{plan.get('start')} to {plan.get('end')}, {kind}{_choice(status.backfill)}"),
        ("started", short(execution.started.astimezone(UTC).isoformat())),
        ("ended", short(execution.ended.astimezone(UTC).isoformat()) if execution.ended else ""),
        ("progress", f"{_bar(status)} {_progress(status)}"),
    ]
    print_facts(facts, width=10)
    print()
    width = max((len(one) for one in status.by_tenant), default=0)
    for customer_id, counts in status.by_tenant.items():
        print(f"{customer_id:<{width}}  {_counts(counts)}")


def _choice(backfill: Backfill | None) -> str:
    """What is not as in most backfills: the order, and that only some of the requests are made."""
    if backfill is None:
        return ""
    some = f", {len(backfill)} of {backfill.whole} requests" if len(backfill) != backfill.whole else ""
    return some + (", the newest first" if backfill.newest_first else "")


def _bar(status: BackfillStatus) -> str:
    done = BAR * status.ended // status.requests if status.requests else 0
    return "#" * done + "." * (BAR - done)


def _progress(status: BackfillStatus) -> str:
    return f"{status.ended} of {status.requests} ended: {_counts(status.counts)}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {status.lower()}" for status, count in counts.items()) or "nothing was sent"


def watching(backfills: Backfills, backfill_id: str, timeout: float, *, as_json: bool) -> None:
    """Show its progress until it is over; in place on a terminal, a line for each change in a pipe."""
    console = Console(quiet=as_json, highlight=False, soft_wrap=True)
    with interruptible(console, f"wfm backfill show {backfill_id}"):
        status = _watch(console, backfills, backfill_id, timeout)
    if as_json:
        print_json(status.as_json())
    fail_unless(succeeded=status.is_good)


def _watch(console: Console, backfills: Backfills, backfill_id: str, timeout: float) -> BackfillStatus:
    status = backfills.get(backfill_id)
    changes = backfills.wait(backfill_id, timeout)
    if console.is_terminal:
        with Live(_picture(status), console=console) as live:
            for status in changes:
                live.update(_picture(status))
        return status
    for status in changes:
        console.print(f"{datetime.now(UTC):%H:%M:%S}  {status.execution.status:<9}  {_progress(status)}")
    if status.reason:
        console.print(status.reason, markup=False)
    return status


def _picture(status: BackfillStatus) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    bar = ProgressBar(total=max(status.requests, 1), completed=status.ended, width=BAR)
    table.add_row(status.execution.backfill_id, coloured(status.execution.status), bar)
    table.add_row("", "", escape(_progress(status)))
    if status.reason:
        table.add_row("", "", escape(status.reason))
    return table
