"""Requests and AMC runs side by side, as a person wants to see them."""

from dataclasses import dataclass

from wfm.client.records import Execution, Request
from wfm.model.asked_windows import Window, window_in, window_of_request
from wfm.model.labels import LABELS, Labels, labels_in
from wfm.model.refreshes import Refreshes, from_field
from wfm.model.rows import text_or_none
from wfm.model.stored_request import StoredRequest


@dataclass(frozen=True, slots=True)
class Run:
    """A request and its AMC run side by side.

    One of the two may be missing: the request has not been submitted yet or never was, or the AMC run was
    started elsewhere.
    """

    request: Request | None
    execution: Execution | None

    @property
    def either(self) -> Request | Execution:
        """The request if there is one, since it knows more."""
        found = self.request or self.execution
        if found is None:
            raise ValueError("a run has a request, an execution, or both")
        return found

    @property
    def run_id(self) -> str:
        """What `wfm executions show` takes."""
        found = self.either
        return found.request_id if isinstance(found, Request) else found.workflow_execution_id

    @property
    def status(self) -> str:
        """WFM's status of the request, else AMC's of the run."""
        return self.either.status

    @property
    def source(self) -> str:
        """Who or what asked for it: `wfm run`, a schedule, `external`."""
        return self.either.source

    @property
    def reason(self) -> str | None:
        """Why it ended as it did, if there is anything to say."""
        sides: tuple[Request | Execution | None, ...] = (self.request, self.execution)
        return next((side.reason for side in sides if side and side.reason), None)

    @property
    def started(self) -> str:
        """When it was asked for, or when AMC made it."""
        return self.either.started_at

    @property
    def ended(self) -> str | None:
        """When it ended; None while it is active."""
        return self.either.ended_at

    @property
    def superseded_by(self) -> str | None:
        """The AMC run that has newer numbers of its window; None if none has."""
        return self._link("supersededBy")

    @property
    def supersedes(self) -> str | None:
        """The AMC run of the same window whose place it takes; None of a first run."""
        return self._link("supersedes")

    @property
    def remark(self) -> str:
        """What a list says of it: why it ended as it did, and which run has newer numbers."""
        newer = f"SUPERSEDED by {self.superseded_by}" if self.superseded_by else ""
        return "; ".join(filter(None, [self.reason, newer]))

    def _link(self, field: str) -> str | None:
        sides = (self.request, self.execution)
        return next((text for side in sides if side and (text := text_or_none(side.row.get(field)))), None)

    @property
    def refreshes(self) -> Refreshes:
        """Its runs at other ages of its window, as planned or sent; none of one that is not made again."""
        return from_field(StoredRequest(self.request.row).refreshes) if self.request else ()

    @property
    def window(self) -> Window | None:
        """What it reads: as it was asked for here, or else as AMC says; None for one of AMC's own windows."""
        asked = window_of_request(self.request.row) if self.request else None
        return asked or (window_in(self.execution.row) if self.execution else None)

    @property
    def labels(self) -> Labels:
        """The texts by which people find it again."""
        return labels_in(self.either.row.get(LABELS))

    def summary(self) -> dict[str, object]:
        """What every JSON document about a run has of it."""
        return {
            "id": self.run_id,
            "status": self.status,
            "workflowId": self.either.workflow_id,
            "source": self.source,
            "window": self.window._asdict() if self.window else None,
            "startedAt": self.started,
            "endedAt": self.ended,
            "reason": self.reason,
            "supersededBy": self.superseded_by,
        }

    def as_json(self) -> dict[str, object]:
        """What `--json` prints: a stable head, then both rows whole."""
        rows = {"request": self.request, "execution": self.execution}
        return self.summary() | {side: found.row if found else None for side, found in rows.items()}
