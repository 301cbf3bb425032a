"""What of a backfill is still to be run, by the rows of its tenants' requests and the backfills that run."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from wfm.client.aws import Aws
from wfm.client.backfills.status import BackfillStatus
from wfm.client.records import Tenant
from wfm.errors import UsageError
from wfm.model.backfill_selection import (
    NOTHING,
    ON_ITS_WAY,
    Asking,
    Only,
    Outcome,
    Selection,
    outcomes,
    select,
)
from wfm.model.backfills import Backfill
from wfm.model.rows import Document, object_in, plain_object, text_or_none


def selected(
    backfill: Backfill, only: Only, tenants: Iterable[Tenant], recent: Iterable[BackfillStatus], aws: Aws
) -> Selection:
    """Of each tenant the requests that are still there, which is for 90 days after their end.

    What a `recent` backfill that runs has not sent yet, or is in a queue still, is on its way.
    """
    workflow_id = text_or_none(backfill.payload.get("workflowId"))
    if workflow_id is None:
        raise UsageError("only: the backfill has SQL of its own; allowed: for a workflow by its id")
    now = datetime.now(UTC)
    askings = {one.customer_id: _asking(one, workflow_id, aws) for one in tenants}
    known = {
        customer_id: outcomes(map(plain_object, aws.tables.requests.of_tenant(customer_id)), workflow_id, asking)
        for customer_id, asking in askings.items()
    }
    for document in _unseen(recent, workflow_id, aws):
        customer_id = str(document["customerId"])
        key = askings[customer_id].key(document, "", now) if customer_id in askings else None
        if key is not None:
            known[customer_id][key] = ON_ITS_WAY

    def outcome_of(customer_id: str, document: Document) -> Outcome:
        key = askings[customer_id].key(document, "", now)
        return known[customer_id].get(key, NOTHING) if key is not None else NOTHING

    return select(backfill, only, outcome_of)


def _asking(tenant: Tenant, workflow_id: str, aws: Aws) -> Asking:
    workflow = plain_object(aws.tables.workflows.find(tenant.customer_id, workflow_id) or {})
    return Asking(workflow, object_in(workflow.get("defaultPayload")), tenant.own_values)


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
