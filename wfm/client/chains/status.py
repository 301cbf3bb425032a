"""How a chain stands: what its item knows of each link, and how the requests of these stand by now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wfm.client.records import BUFFERED
from wfm.model.chain_links import Link, Links, all_following, depths
from wfm.model.chains import Chain, LinkState
from wfm.model.rows import RequestRow
from wfm.model.statuses import REQUEST_ENDED, WITHOUT_SUCCESS, RequestStatus

NOT_RUN, DUE, WAITING = "NOT RUN", "DUE", "WAITING"
MOST_TRIES: Final = 20  # of one request that was sent again and again
_BADLY: Final = frozenset(map(str, WITHOUT_SUCCESS))
Rows = Mapping[str, RequestRow]


@dataclass(frozen=True, slots=True)
class ChainStep:
    """A workflow of a chain. `status` is its request's, or NOT RUN, DUE or WAITING where there is none."""

    workflow_id: str
    after: tuple[str, ...]
    status: str
    request_id: str | None = None
    detail: str = ""

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "workflowId": self.workflow_id,
            "after": list(self.after),
            "status": self.status,
            "requestId": self.request_id,
            "detail": self.detail or None,
        }


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """What runs after one another in a tenant for one window, in the order of the links."""

    customer_id: str
    chain_id: str
    window: Mapping[str, object]
    changed_at: str
    steps: tuple[ChainStep, ...]

    @property
    def window_text(self) -> str:
        """Start and end of the window, or its type."""
        start, end = (str(self.window.get(name, ""))[:16] for name in ("timeWindowStart", "timeWindowEnd"))
        return f"{start} to {end}" if start else str(self.window.get("timeWindowType", ""))

    @property
    def status(self) -> str:
        """FAILED once a run has ended without success, RUNNING, WAITING, or SUCCEEDED if nothing more is to come."""
        found = {step.status for step in self.steps}
        if found & WITHOUT_SUCCESS:
            return "FAILED"
        if found & {*RequestStatus, BUFFERED} - REQUEST_ENDED:
            return "RUNNING"
        return WAITING if found & {DUE, WAITING} else "SUCCEEDED"

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "customerId": self.customer_id,
            "chainId": self.chain_id,
            "status": self.status,
            "window": dict(self.window),
            "changedAt": self.changed_at,
            "steps": [step.as_json() for step in self.steps],
        }


def chain_status(chain: Chain, links: Links, rows: Rows) -> ChainStatus:
    """The status by the tenant's links of now and the rows of the requests that the chain knows."""
    known = _reached(chain, links)
    ends = _known_ends(chain)
    order = depths(links)
    steps: dict[str, ChainStep] = {}
    for name in sorted(known, key=lambda one: (order.get(one, 0), one)):
        request_id = _request_of(name, chain, ends, rows)
        steps[name] = (
            _asked(name, links.get(name), request_id, rows)
            if request_id
            else _not_asked(name, links.get(name), chain.of(name), steps)
        )
    return ChainStatus(chain.customer_id, chain.id, chain.window, chain.changed_at, tuple(steps.values()))


def _reached(chain: Chain, links: Links) -> set[str]:
    """The workflows that the chain knows of, and all that are to follow these."""
    known = {*chain.links, *_known_ends(chain)}
    return known | {after for name in known for after in all_following(links, name)}


def _known_ends(chain: Chain) -> dict[str, str]:
    """The requests whose ends the links know of, by workflow."""
    found: dict[str, str] = {}
    for state in chain.links.values():
        parents = {**(state.latest.parents if state.latest else {}), **state.joined, **state.waiting}
        if state.not_run:
            parents[state.not_run.workflow_id] = state.not_run.request_id
        found |= parents
    return found


def _request_of(name: str, chain: Chain, ends: Mapping[str, str], rows: Rows) -> str | None:
    """The latest request of a workflow: what was sent for it, or what was run in its place once that had failed."""
    latest, other = chain.of(name).latest, _last(ends.get(name), rows)
    if latest is None:
        return other
    sent = _last(latest.request_id, rows) or latest.request_id
    has_failed = rows[sent].get("status") in _BADLY if sent in rows else False
    return other if has_failed and other is not None else sent


def _last(request_id: str | None, rows: Rows) -> str | None:
    """The request as which it was sent again last."""
    for _ in range(MOST_TRIES):
        row = rows.get(request_id) if request_id else None
        if row is None or "resubmittedAs" not in row:
            break
        request_id = row["resubmittedAs"]
    return request_id


def _asked(name: str, link: Link | None, request_id: str, rows: Rows) -> ChainStep:
    row = rows.get(request_id)
    after = link.parent_ids if link else ()
    if row is None:
        return ChainStep(name, after, BUFFERED, request_id)
    return ChainStep(name, after, str(row.get("status")), request_id, str(row.get("reason") or ""))


def _not_asked(name: str, link: Link | None, state: LinkState, before: Mapping[str, ChainStep]) -> ChainStep:
    """Why there is no request: it is due later, waits for others, or does not run since one before it did not."""
    after = link.parent_ids if link else ()
    if state.due_at:
        return ChainStep(name, after, DUE, detail=f"at {state.due_at[:16]}")
    if state.not_run:
        return ChainStep(name, after, NOT_RUN, detail=f"{state.not_run.workflow_id} ended {state.not_run.status}")
    stopped = [parent for parent in after if parent in before and before[parent].status in (NOT_RUN, *WITHOUT_SUCCESS)]
    if stopped and (link is None or link.needs_all or len(stopped) == len(after)):
        return ChainStep(name, after, NOT_RUN, detail=f"{', '.join(stopped)} did not end as it has to")
    left = [parent for parent in after if parent not in state.waiting]
    return ChainStep(name, after, WAITING, detail=f"for {(' and ' if link and link.needs_all else ' or ').join(left)}")
