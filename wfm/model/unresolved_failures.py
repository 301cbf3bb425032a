"""Which requests are worth sending again: those that ended without success, and nothing has made up for since.

Two requests ask for the same if they sent AMC the same: workflow, window as it was resolved, parameter values and every
other field; what is absent in one is not equal to anything in the other. AMC's own windows, such as MOST_RECENT_DAY,
mean something else each day, so they are equal to no other unless AMC's answer showed what they stood for. A request
that was sent in place of another says so (`resubmits`) and makes up for it whatever it asks.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wfm.errors import InvalidRequest
from wfm.model.resubmissions import asked, has_fixed_window
from wfm.model.rows import Document
from wfm.model.statuses import REQUEST_ENDED, WITHOUT_SUCCESS
from wfm.model.stored_request import StoredRequest


@dataclass(frozen=True)
class UnresolvedFailure:
    """The latest of `failures` equal requests without success. `body` is for AMC; None for what `obstacle` names."""

    row: Document
    failures: int
    body: Document | None
    obstacle: str


def inputs(body: Document) -> str | None:
    """Text that is the same for equal bodies only; None when the body is equal to no other."""
    return json.dumps(body, sort_keys=True) if has_fixed_window(body) else None


def unresolved_failures(rows: Iterable[Document], runs: Mapping[str, Document]) -> list[UnresolvedFailure]:
    """What ended without success and nothing equal has succeeded, runs or waits since; the oldest first.

    `rows` are all requests of one tenant, `runs` its AMC runs by their id. Of equal failures the latest stands for all.
    """
    entries = [_entry(StoredRequest(row), runs) for row in rows]
    alike: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
    for entry in entries:
        for key in entry.keys:
            alike[key].append(entry)
    found = []
    for entry in entries:
        others = {other.request.id: other for key in entry.keys for other in alike[key] if other is not entry}.values()
        if not entry.failed or any(other.supersedes(entry) for other in others):
            continue
        failures = 1 + sum(other.failed for other in others)
        found.append(UnresolvedFailure(entry.request.row, failures, entry.body, entry.obstacle))
    return sorted(found, key=lambda each: (StoredRequest(each.row).requested_at, StoredRequest(each.row).id))


@dataclass(frozen=True)
class _Entry:
    request: StoredRequest
    body: Document | None
    obstacle: str

    @property
    def failed(self) -> bool:
        return self.request.status in WITHOUT_SUCCESS

    @property
    def keys(self) -> list[tuple[str, str]]:
        same = inputs(self.body) if self.body is not None else None
        return [("origin", self.request.origin), *([("inputs", same)] if same else [])]

    def supersedes(self, failed: "_Entry") -> bool:
        """Whether this one, which asks for the same, goes on, succeeded later, or is a later failure."""
        mine, theirs = self.request, failed.request
        if mine.status not in REQUEST_ENDED:
            return True
        if self.failed:
            return (mine.requested_at, mine.id) > (theirs.requested_at, theirs.id)
        return mine.requested_at >= theirs.requested_at or mine.ended_at >= theirs.ended_at


def _entry(request: StoredRequest, runs: Mapping[str, Document]) -> _Entry:
    try:
        return _Entry(request, asked(request.row, runs.get(request.run_id or "")), "")
    except InvalidRequest as exc:
        return _Entry(request, None, str(exc))
