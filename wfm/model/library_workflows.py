"""A record of the workflow library, in the shapes that its predecessors had and in ours, and whom it is for."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wfm.model.chain_links import AFTER
from wfm.model.library_fields import Fields
from wfm.model.requests import ExecutionRequest, with_defaults
from wfm.model.rows import Document, text_or_none, whole_number
from wfm.model.schedules import DESIRED_FIELDS
from wfm.model.tenants import Tenant
from wfm.model.workflows import DELIVERY, FRESHNESS, definition

# What WFM itself writes onto a record; it is no part of what the record says.
ROLLOUT_FIELDS: Final = (
    "rolloutStatus", "rolloutReason", "rolloutTenants", "rolloutDone", "rolledOutAt", "rolloutExecution",
    "rolloutBatches", "rolloutContent", "rolloutContentSince", "rolloutWarnings", "rolloutAskedBy",
)  # fmt: skip
# A tenant's own wish to pause is not the library's to say; metadata is for people.
_SCHEDULE_FIELDS: Final = (*(name for name in DESIRED_FIELDS if name not in ("customerId", "paused")), "metadata")


@dataclass(frozen=True)
class Targeting:
    """The tenants that a workflow is for: each set that is not empty must hold one of the tenant's values."""

    customer_ids: frozenset[str] = frozenset()
    endemic_types: frozenset[str] = frozenset()
    customer_prefixes: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class LibraryWorkflow:
    """A version of a library workflow. `definition` holds AMC's fields, `schedule` those of a row without customerId.

    `deploys` is False for one that is kept in the library but goes to nobody. `after` says which others it runs after
    (`wfm.model.chain_links`), `delivery` whether its results are delivered (`wfm.model.delivery_rules`), `freshness`
    how old the newest one may be.
    """

    workflow_id: str
    version: int
    definition: Document
    default_payload: Document | None = None
    metadata: Document | None = None
    targeting: Targeting = Targeting()
    deploys: bool = True
    schedule: Document | None = None
    after: object = None
    delivery: object = None
    freshness: object = None


def read_library_record(record: Document) -> LibraryWorkflow:
    """The workflow in a record; InvalidRecord names every field that cannot be used. Without a version it is 1."""
    fields = Fields(record)
    workflow_id = fields.workflow_id()
    sql, version = fields.sql(), fields.version()
    default_payload = fields.object_at("defaultPayload")
    targeting = Targeting(
        customer_ids=fields.names("customerIds"),
        endemic_types=fields.names("endemicType"),
        customer_prefixes=fields.names("customerPrefix"),
        tags=fields.names("tags"),
    )
    workflow = LibraryWorkflow(
        workflow_id=workflow_id,
        version=version,
        definition=definition({**record, "workflowId": workflow_id, "sqlQuery": sql}),
        default_payload=default_payload,
        metadata=fields.object_at("metadata"),
        targeting=targeting,
        deploys=fields.deploys(),
        schedule=_schedule(fields, workflow_id, default_payload or {}),
        after=record.get(AFTER),
        delivery=record.get(DELIVERY),
        freshness=record.get(FRESHNESS),
    )
    fields.check()
    return workflow


def _schedule(fields: Fields, workflow_id: str, default_payload: Document) -> Document | None:
    """A schedule row; its payload is the workflow's, overlaid by its own."""
    given, own = fields.schedule()
    if given is None:
        return None
    request = ExecutionRequest("library", "schedule", {**own, "workflowId": workflow_id})
    row = {name: given[name] for name in _SCHEDULE_FIELDS if given.get(name) is not None}
    payload = dict(with_defaults(request, default_payload).payload)
    return row | {"Name": given.get("Name") or workflow_id, "Input": {"payload": payload}}


def matches(workflow: LibraryWorkflow, tenant: Tenant) -> bool:
    """Whether the workflow is for the tenant: every targeting field that is set holds, by any one of its values."""
    targeting = workflow.targeting
    pairs = (
        (targeting.customer_ids, {tenant.customer_id}),
        (
            {folded(one) for one in targeting.endemic_types},
            {folded(tenant.endemic_type)} if tenant.endemic_type else set(),
        ),
        (targeting.customer_prefixes, {tenant.customer_prefix}),
        (targeting.tags, {*tenant.tags}),
    )
    return all(not wanted or bool(wanted & has) for wanted, has in pairs)


def folded(endemic_type: str) -> str:
    """ENDEMIC, endemic and Endemic are one, and so are NON-ENDEMIC and non endemic."""
    return "".join(letter for letter in endemic_type.casefold() if letter.isalnum())


def in_force(records: Iterable[Document]) -> Document | None:
    """The workflow's record with the highest version."""
    return max(records, key=lambda record: whole_number(record["version"], 1), default=None)


def content_hash(record: Document) -> str:
    """A hash of what people wrote into the record, without WFM's own fields."""
    content = {name: value for name, value in record.items() if name not in ROLLOUT_FIELDS}
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def content_since(record: Document) -> str | None:
    """When a rollout first met the record as it is now."""
    since = text_or_none(record.get("rolloutContentSince"))
    return since if record.get("rolloutContent") == content_hash(record) else None


def content_changed(old: Document | None, new: Document | None) -> bool:
    """Whether people changed the record; WFM's own writes do not count."""
    return old is None or new is None or content_hash(old) != content_hash(new)
