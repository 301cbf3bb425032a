"""From what was asked to what AMC will be told."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from functions.domain.errors import (
    AmcThrottled,
    AmcUnavailable,
    InvalidRequest,
    NotReadyYet,
    UnknownCustomer,
    UnknownWorkflow,
)
from functions.domain.execution_lifecycle.requests import (
    MAX_BODY_BYTES,
    customer_id_of,
    read_request,
    request_row,
    resolve,
    with_defaults,
)
from functions.domain.ports import Amc, Requests, Row, Tenants, Workflows
from functions.domain.storable import check_storable, keepable
from functions.domain.tenant_onboarding.degrading import refused_access_may_pass
from functions.domain.tenant_onboarding.tenants import Tenant, from_row
from functions.domain.times import iso, parse

Validate = Callable[[Any], Mapping[str, Any]]


def identify(document: Any, execution_name: str) -> tuple[str, str]:
    """Customer and request of a lifecycle execution, from its input and name; "unknown" for what cannot be read.

    A request without an id of its own, started by `StartExecution`, is named after its execution.
    """
    named_customer, separator, named_request = execution_name.partition(".")
    if separator and not document:  # an event about an execution leaves out an input that is too large
        return named_customer, named_request
    document = document if isinstance(document, Mapping) else {}
    try:
        customer_id = customer_id_of(document)
    except InvalidRequest:
        customer_id = "unknown"
    request_id = document.get("requestId")
    return customer_id, request_id if isinstance(request_id, str) and request_id else id_from(execution_name)


def id_from(name: str) -> str:
    """A usable request id: `name` itself if it is one, else its hash."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]{1,39}", name) else hashlib.sha256(name.encode()).hexdigest()[:32]


def load_request(document: Any, execution_name: str, started: datetime, validate: Validate, requests: Requests) -> Row:
    """The request's row, written now when it came by `StartExecution` and not through the queue."""
    customer_id, request_id = identify(document, execution_name)
    if isinstance(document, Mapping) and set(document) == {"customerId", "requestId"}:
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
    return requests.add(request_row(read_request(validate(document), request_id), started))


def active_tenant(customer_id: str, tenants: Tenants, also: Sequence[str] = ()) -> Tenant:
    """The tenant, if it is ACTIVE, PAUSED (then it gets no slot) or in `also`; else an error says how it stands."""
    return active_in(customer_id, tenants.find(customer_id), also)


def active_in(customer_id: str, row: Row | None, also: Sequence[str] = ()) -> Tenant:
    """The same of a row that has been read already."""
    if row is None:
        raise UnknownCustomer(
            f"customerId: {customer_id!r} is not a tenant; allowed: one whose TPS record was onboarded"
        )
    if row.get("status") == "PROVISIONING":
        raise NotReadyYet(f"customerId: {customer_id!r} is being onboarded")
    if row.get("status") not in ("ACTIVE", "PAUSED", *also):
        raise UnknownCustomer(f"customerId: {customer_id!r} is {row.get('status')} and not ACTIVE: {row.get('reason')}")
    return from_row(row)


def check_workflow(tenant: Tenant, workflow_id: str, row: Row | None, workflows: Workflows, amc: Amc) -> None:
    """That AMC has the workflow, by its `row` or else by asking AMC, where people also make workflows by hand.

    An edit that AMC refused leaves the definition before it in AMC: runs go on with that one. Where AMC cannot be
    asked, its answer to the POST will tell.
    """
    if row is None:
        if not _may_be_in_amc(tenant, workflow_id, amc):
            known = workflows.ids(tenant.customer_id)
            close = get_close_matches(workflow_id, known)
            hint = f" (did you mean {close[0]!r}?)" if close else ""
            allowed = ", ".join(known[:10]) or "none yet"
            raise UnknownWorkflow(f"workflowId: {tenant.customer_id} has no {workflow_id!r}{hint}; allowed: {allowed}")
    elif row.get("syncStatus") == "FAILED":
        if not row.get("definitionHash") or not _may_be_in_amc(tenant, workflow_id, amc):
            why = f"`wfm workflows list {tenant.customer_id}` says why"  # in AMC's words, which no log may hold
            raise UnknownWorkflow(f"workflowId: {workflow_id!r} is not in AMC: {why}")
    elif row.get("syncStatus") != "SYNCED":
        raise NotReadyYet(f"workflowId: {workflow_id!r} is still being created in AMC")


def _may_be_in_amc(tenant: Tenant, workflow_id: str, amc: Amc) -> bool:
    try:
        with refused_access_may_pass():
            return amc.get_workflow(tenant, workflow_id) is not None
    except (AmcThrottled, AmcUnavailable):
        return True


def prepare(row: Row, validate: Validate, tenants: Tenants, workflows: Workflows, amc: Amc) -> dict[str, Any]:
    """The body for AMC, its window and parameters resolved. PermanentError when the request can never work."""
    request = read_request(validate(row["request"]), str(row["requestId"]))
    tenant = active_tenant(request.customer_id, tenants)
    if request.is_ad_hoc:
        return resolve(request, parse(row["requestedAt"]))
    workflow = workflows.find(tenant.customer_id, request.workflow_id)
    request = with_defaults(request, (workflow or {}).get("defaultPayload") or {})
    body = resolve(request, parse(row["requestedAt"]))
    check_workflow(tenant, request.workflow_id, workflow, workflows, amc)
    return body


def rejected_row(customer_id: str, request_id: str, document: Any, now: datetime) -> dict[str, Any]:
    """A row that keeps what could not be read, as far as it goes."""
    return {
        "customerId": customer_id,
        "requestId": request_id,
        "workflowId": "",
        "status": "QUEUED",
        "source": "unknown",
        "request": keepable(document),
        "requestedAt": iso(now),
        "queuedAt": iso(now),
        "attempts": 0,
    }
