"""What Backfills and Backfill show: the backfills of the last 90 days, and one as a grid of windows and tenants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.backfills.status import ORDER, BackfillStatus
from wfm.client.records import BUFFERED
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.queries.graph import Graph, read_graph
from wfm.model.backfills import Backfill
from wfm.model.statuses import WITHOUT_SUCCESS

MOST_LISTED: Final = 25
MOST_TENANTS: Final = 50
MOST_WINDOWS: Final = 60
# The status that a window of several parameter sets shows: what failed, then what has come least far.
WORST_FIRST: Final = (
    *sorted(WITHOUT_SUCCESS),
    *(status for status in reversed(ORDER) if status not in WITHOUT_SUCCESS),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One window of one tenant; `request` is the one with that status, "" for a window that was left out."""

    status: str
    request: str


@dataclass(frozen=True, slots=True)
class BackfillView:
    """One backfill. `grid` has a line for each of the first tenants, a cell for each window of the page."""

    status: BackfillStatus
    windows: Sequence[tuple[str, str]]
    grid: Sequence[tuple[str, Sequence[Cell]]]
    first: int
    window_count: int
    tenant_count: int
    graph: Graph


def read_backfills(wfm: Wfm, given: Given) -> Sequence[BackfillStatus]:
    """The latest backfills of the workflow and with the labels that the address names; a few calls for each."""
    return wfm.backfills.list(MOST_LISTED, workflow=given.text("workflow") or None, labels=given.labels("label"))


def read_backfill(wfm: Wfm, given: Given) -> BackfillView:
    """The backfill that the address names."""
    backfill_id = given.needed("id")
    status, first = wfm.backfills.get(backfill_id), given.number("from", 1)
    backfill = status.backfill
    rows = {
        (str(row["customerId"]), row["requestId"]): str(row["status"])
        for row in wfm.aws.tables.requests.of_backfill(backfill_id)
    }
    windows = [backfill.windows[number] for number in _page(backfill, first)] if backfill else []
    return BackfillView(
        status,
        windows,
        grid(backfill, rows, first) if backfill else [],
        first,
        len(backfill.windows) if backfill else 0,
        len(backfill.customer_ids) if backfill else 0,
        read_graph(wfm, wfm.aws.backfills.execution_arn(backfill_id)),
    )


def _page(backfill: Backfill, first: int) -> range:
    return range(first - 1, min(first - 1 + MOST_WINDOWS, len(backfill.windows)))


def grid(
    backfill: Backfill, statuses: Mapping[tuple[str, str], str], first: int = 1
) -> list[tuple[str, Sequence[Cell]]]:
    """The statuses by tenant and window; a request without a row is in its queue, or will be sent."""
    asked = frozenset(backfill.numbers)

    def cell(tenant: int, window: int) -> Cell:
        numbers = [backfill.number(window, each, tenant) for each in range(len(backfill.parameter_sets))]
        keys = [backfill.request_key(number) for number in numbers if number in asked]
        found = [(statuses.get(key, BUFFERED), key[1]) for key in keys]
        return Cell(*min(found, key=lambda one: WORST_FIRST.index(one[0]), default=("", "")))

    page = _page(backfill, first)
    return [
        (name, [cell(tenant, window) for window in page])
        for tenant, name in enumerate(backfill.customer_ids[:MOST_TENANTS])
    ]
