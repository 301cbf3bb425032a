"""From a request to the body that AMC gets."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from types import MappingProxyType
from typing import NamedTuple

from functions.ports import Amc, Ports, Requests, Tenants, Workflows
from functions.services.availability import refused_access_is_transient
from wfm.calendar.windows import window_hints
from wfm.errors import (
    AmcThrottled,
    AmcUnavailable,
    InvalidRequest,
    NotReadyYet,
    UnknownCustomer,
    UnknownWorkflow,
)
from wfm.model.durations import Durations, guess_from, read_durations
from wfm.model.dynamodb_limits import check_storable
from wfm.model.fingerprints import IDS, check_repetition
from wfm.model.parameters import fitting
from wfm.model.predecessors import read_special, unwrapped
from wfm.model.request_checks import check_request
from wfm.model.request_ids import Validate, identify
from wfm.model.requests import (
    MAX_BODY_BYTES,
    ExecutionRequest,
    parameters_of,
    read_request,
    request_row,
    resolve,
    with_defaults,
    with_values,
)
from wfm.model.rows import Document, RequestRow, WorkflowRow, object_in
from wfm.model.statuses import SyncStatus, TenantStatus
from wfm.model.stored_request import StoredRequest
from wfm.model.tenants import Tenant, from_row
from wfm.model.workflows import DEFINITION_HASH, definition_hash, short_hash, version_in_amc


def load_request(
    document: object,
    execution_name: str,
    started: datetime,
    validate: Validate,
    requests: Requests,
    *,
    trace_id: str | None = None,
) -> RequestRow:
    """The request's row. It is written now if the request came by `StartExecution`, not through the queue.

    `trace_id` is for a row that is written now.
    """
    customer_id, request_id = identify(document, execution_name)
    if isinstance(document, Mapping) and set(document) == IDS:
        row = requests.find(customer_id, request_id)
        if row is None:
            raise InvalidRequest(
                "requestId", f"{request_id!r} is not known", "a request from the queue, or a whole one"
            )
        return row
    check_storable(document)
    size = len(json.dumps(document))
    if size > MAX_BODY_BYTES:
        raise InvalidRequest("the input", f"has {size} characters", f"at most {MAX_BODY_BYTES}")
    request = _read(unwrapped(document), request_id, validate)
    row = requests.add(request_row(request, started, trace_id))
    check_repetition(row, request, started)
    return row


def _read(document: object, request_id: str, validate: Validate) -> ExecutionRequest:
    warnings = check_request(document)
    special = read_special(document, request_id)
    if special is not None:
        return replace(special, warnings=tuple(warnings))
    return replace(read_request(validate(document), request_id), warnings=tuple(warnings))


def active_tenant(customer_id: str, tenants: Tenants, also: Sequence[str] = ()) -> Tenant:
    """The tenant, if it is ACTIVE, PAUSED (then it gets no slot) or in `also`; else an error names its status."""
    return active_in(customer_id, tenants.find(customer_id), also)


def active_in(customer_id: str, row: Document | None, also: Sequence[str] = ()) -> Tenant:
    """Like `active_tenant`, for a row that has been read already."""
    if row is None:
        raise UnknownCustomer(
            f"customerId: {customer_id!r} is not a tenant; allowed: one whose TPS record was onboarded"
        )
    if row.get("status") == TenantStatus.PROVISIONING:
        raise NotReadyYet(f"customerId: {customer_id!r} is being onboarded")
    if row.get("status") not in (TenantStatus.ACTIVE, TenantStatus.PAUSED, *also):
        raise UnknownCustomer(f"customerId: {customer_id!r} is {row.get('status')} and not ACTIVE: {row.get('reason')}")
    return from_row(row)


def require_synced(tenant: Tenant, workflow_id: str, row: Document | None, workflows: Workflows, amc: Amc) -> None:
    """Check that AMC has the workflow: by its `row`, or else by asking AMC, where people also create workflows.

    If AMC refused a change, it still has the definition before it, and runs use that one. If AMC is not available, the
    POST will show it.
    """
    if row is None:
        if not _may_be_in_amc(tenant, workflow_id, amc):
            known = workflows.ids(tenant.customer_id)
            close = get_close_matches(workflow_id, known)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            allowed = ", ".join(known[:10]) or "none yet"
            raise UnknownWorkflow(f"workflowId: {tenant.customer_id} has no {workflow_id!r}{hint}; allowed: {allowed}")
    elif row.get("syncStatus") == SyncStatus.FAILED:
        why = f"`wfm workflows list --customer {tenant.customer_id}` says why"  # in AMC's words, which no log may hold
        if not _may_be_in_amc(tenant, workflow_id, amc):
            raise UnknownWorkflow(f"workflowId: {workflow_id!r} is not in AMC: {why}")
        if not row.get("definitionHash"):
            raise UnknownWorkflow(f"workflowId: {workflow_id!r} is in AMC, but not as its row has it: {why}")
    elif row.get("syncStatus") != SyncStatus.SYNCED:
        raise NotReadyYet(f"workflowId: {workflow_id!r} is still being created in AMC")


def _may_be_in_amc(tenant: Tenant, workflow_id: str, amc: Amc) -> bool:
    try:
        with refused_access_is_transient():
            return amc.get_workflow(tenant, workflow_id) is not None
    except (AmcThrottled, AmcUnavailable):
        return True


class Prepared(NamedTuple):
    """The body for AMC, what is known of how long its workflow takes, and digests of the tenant's values in it.

    `version` says of which definition AMC makes the run, as fields of the request's row.
    """

    body: Document
    expected: Durations | None = None
    values: Mapping[str, str] = MappingProxyType({})
    version: Document = MappingProxyType({})


def prepare_execution(row: RequestRow, validate: Validate, ports: Ports) -> Prepared:
    """The body for AMC, its window and parameters resolved. PermanentError if the request can never work."""
    stored = StoredRequest(row)
    request = read_request(validate(stored.message), stored.id)
    tenant = active_tenant(request.customer_id, ports.tenants)
    own = tenant.own_values
    if request.is_ad_hoc:
        query = object_in(request.payload.get("workflow"))
        body = fitting(resolve(with_values(request, own), stored.asked_at), query)
        expected = _guess(ports.durations.of_tenant(tenant.customer_id))
        version = {DEFINITION_HASH: short_hash(definition_hash(query))}
        return Prepared(body, expected, own.used(parameters_of(request)), version)
    workflow, learnt = ports.durations.find_with_workflow(tenant.customer_id, request.workflow_id)
    request = with_defaults(request, object_in((workflow or {}).get("defaultPayload")))
    body = fitting(resolve(with_values(request, own), stored.asked_at), workflow or {})
    require_synced(tenant, request.workflow_id, workflow, ports.workflows, ports.amc)
    expected = read_durations(learnt) or _expected(request, workflow or {}, ports)
    return Prepared(body, expected, own.used(parameters_of(request)), version_in_amc(workflow or {}))


def _expected(request: ExecutionRequest, row: WorkflowRow, ports: Ports) -> Durations | None:
    """What version 0.1 had learnt stands on the workflow's row. As long as nothing is learnt, it is a guess.

    Of a library workflow it is by what other tenants have learnt of it, else by the tenant's other workflows.
    """
    known = read_durations(row.get("durations"))
    if known:
        return known
    elsewhere: list[object] = []
    if "libraryVersion" in row:
        tenants = ports.workflows.tenants_with(request.workflow_id)
        elsewhere = ports.durations.of_tenants(tenants, request.workflow_id)
    return _guess(elsewhere) or _guess(ports.durations.of_tenant(request.customer_id))


def _guess(fields: list[object]) -> Durations | None:
    return guess_from([durations for durations in map(read_durations, fields) if durations])


def warnings_of(row: RequestRow, body: Document) -> list[str]:
    """What there is to say of a request that runs nevertheless.

    That is what nobody reads of it, data that AMC has not, and a zone that is not what its name reads like.
    """
    request = StoredRequest(row)
    return list(dict.fromkeys([*request.warnings, *window_hints(body, request.asked_at)]))
