"""What of a backfill is still to be run, by the rows of its tenants' requests and the backfills that run."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from wfm.client.aws import Aws
from wfm.client.backfills.status import BackfillStatus
from wfm.client.records import Tenant
from wfm.errors import UsageError
from wfm.model.backfill_changes import Comparison, is_active, last_made, made_by
from wfm.model.backfill_selection import (
    NOTHING,
    ON_ITS_WAY,
    Asking,
    Only,
    Outcome,
    Selection,
    key_of,
    outcomes,
    select,
)
from wfm.model.backfills import Backfill
from wfm.model.parameters import PLACE
from wfm.model.rows import Document, WorkflowRow, object_in, plain_object, text_or_none
from wfm.model.stored_request import StoredRequest
from wfm.model.workflows import next_version

AT_A_TIME: Final = 8  # tenants


@dataclass(frozen=True, slots=True)
class _History:
    """What one tenant has asked for: `known` by all that a request asks, `made` by what it asks itself.

    Without `comparison` nobody wants to know what has changed.
    """

    customer_id: str
    asking: Asking
    known: dict[str, Outcome]
    comparison: Comparison | None
    made: Mapping[str, StoredRequest]

    def outcome(self, document: Document, now: datetime) -> Outcome:
        """What has come of what this message would ask."""
        body = self.asking.body(document, "", now)
        if body is None:
            return NOTHING
        outcome = self.known.get(key_of(body) or "", NOTHING)
        if self.comparison is None:
            return outcome
        asked = object_in(object_in(document["payload"]).get(PLACE))
        then = self.made.get(self.comparison.identity(body, asked))
        if then is None:
            return outcome
        changes = self.comparison.since(then, body, asked)
        return replace(outcome, is_active=outcome.is_active or is_active(then), changes=changes)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what tenants have asked for of the workflow of a backfill, and whether it `compares` that with now."""

    aws: Aws
    backfill: Backfill
    workflow_id: str
    now: datetime
    compares: bool

    def history(self, tenant: Tenant) -> _History:
        """What one tenant has asked for."""
        row = self.aws.tables.workflows.find(tenant.customer_id, self.workflow_id)
        workflow = plain_object(row or {})
        asking = Asking(workflow, object_in(workflow.get("defaultPayload")), tenant.own_values)
        rows = [plain_object(each) for each in self.aws.tables.requests.of_tenant(tenant.customer_id)]
        known = outcomes(rows, self.workflow_id, asking)
        if not self.compares:
            return _History(tenant.customer_id, asking, known, None, {})
        comparison = self._comparison(tenant, row, asking)
        made = last_made(rows, self.workflow_id, comparison)
        made = self._with_definitions(tenant.customer_id, made)
        return _History(tenant.customer_id, asking, known, comparison, made)

    def _with_definitions(self, customer_id: str, made: Mapping[str, StoredRequest]) -> Mapping[str, StoredRequest]:
        """The same, with what made each: from when AMC has taken it that is on the row of its run."""
        ids = [request.run_id for request in made.values() if request.run_id]
        runs = self.aws.tables.runs.executions_by_id(customer_id, ids)
        return {
            key: made_by(request, plain_object(runs.get(request.run_id or "", {}))) for key, request in made.items()
        }

    def _comparison(self, tenant: Tenant, row: WorkflowRow | None, asking: Asking) -> Comparison:
        if row is None:
            problem = f"{self.workflow_id} of {tenant.customer_id} was made in AMC by hand, where nobody sees it change"
            raise UsageError(f"only: {problem}; allowed: {Only.MISSING}, {Only.FAILED}")
        body = asking.body(self.backfill.request(0), "", self.now) or {}
        return Comparison(
            version=plain_object(next_version(row)),
            defaults=object_in(asking.defaults.get(PLACE)),
            base=object_in(body.get(PLACE)),
            own=self.backfill.own_parameters,
            tenant=tenant.own_values,
        )


def selected(
    backfill: Backfill, only: Collection[Only], tenants: Iterable[Tenant], recent: Iterable[BackfillStatus], aws: Aws
) -> Selection:
    """Of each tenant the requests that are still there, which is for 90 days after their end.

    What a `recent` backfill that runs has not sent yet, or is in a queue still, is on its way.
    """
    workflow_id = text_or_none(backfill.payload.get("workflowId"))
    if workflow_id is None:
        raise UsageError("only: the backfill has SQL of its own; allowed: for a workflow by its id")
    now, _ = datetime.now(UTC), aws.tables  # made before threads
    reader = _Reader(aws, backfill, workflow_id, now, compares=Only.CHANGED in only)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        histories = {history.customer_id: history for history in pool.map(reader.history, tenants)}
    for document in _unseen(recent, workflow_id, aws):
        history = histories.get(str(document["customerId"]))
        key = history.asking.key(document, "", now) if history else None
        if history and key is not None:
            history.known[key] = ON_ITS_WAY
    return select(backfill, only, lambda customer_id, document: histories[customer_id].outcome(document, now))


def _unseen(recent: Iterable[BackfillStatus], workflow_id: str, aws: Aws) -> Iterator[Document]:
    """What running backfills of the workflow have asked for, or will, that has no row yet."""
    for status in recent:
        backfill = status.backfill
        if (
            backfill is None
            or status.execution.status != "RUNNING"
            or backfill.payload.get("workflowId") != workflow_id
        ):
            continue
        seen = {(row["customerId"], row["requestId"]) for row in aws.tables.requests.of_backfill(backfill.backfill_id)}
        yield from (backfill.request(one) for one in backfill.numbers if backfill.request_key(one) not in seen)
