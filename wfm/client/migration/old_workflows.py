"""The tenants' workflows from both predecessors' tables: the library's come with it, the others are the tenant's own.

The first predecessor called what the library brought `{workflowId}_v{version}`, or by the library's own id.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from wfm.client.library.plan import CREATE
from wfm.client.migration.fields import WORKFLOW_FIELDS, without_counterpart
from wfm.client.migration.old_library import OldLibrary
from wfm.client.migration.old_rows import Kind, OldRow, Read, once
from wfm.client.migration.payloads import read_payload
from wfm.client.workflow_files.definitions import content
from wfm.model.library_workflows import LibraryWorkflow
from wfm.model.rollout_plan import is_wanted
from wfm.model.rows import Document, object_in
from wfm.model.tenants import Tenant
from wfm.model.workflows import definition

_VERSIONED: Final = re.compile(r"(.+)_v(\d+)")
_WRITTEN: Final = ("createWorkflow", "updateWorkflow")
_GONE: Final = "DELETED"
_FAILED: Final = "FAILED"


@dataclass(frozen=True, slots=True)
class Brought:
    """The library workflows that a tenant gets here, and what they were called there."""

    library: OldLibrary
    tenants: Mapping[str, Tenant]

    def workflow(self, customer_id: str, old_id: str) -> LibraryWorkflow | None:
        """The library's workflow of which `old_id` was the tenant's copy, if the library brings it here too."""
        name, _ = self.origin(old_id)
        workflow, tenant = self.library.workflows.get(name), self.tenants.get(customer_id)
        if workflow is None or tenant is None or CREATE not in tenant.toggles:
            return None
        return workflow if is_wanted(workflow, tenant) else None

    def origin(self, old_id: str) -> tuple[str, int | None]:
        """The library's id in a tenant's, and the version; None where the id itself is the library's, or nobody's."""
        versioned = _VERSIONED.fullmatch(old_id)
        if versioned and versioned[1] in self.library.versions and old_id not in self.library.versions:
            return versioned[1], int(versioned[2])
        return old_id, None

    def is_latest(self, old_id: str) -> bool:
        """Whether it was made of the version that was in force."""
        name, version = self.origin(old_id)
        return version is None or version == self.library.versions.get(name)

    def is_refused(self, old_id: str) -> bool:
        """Whether its library workflow cannot be taken as it is."""
        name, _ = self.origin(old_id)
        return name in self.library.versions and name not in self.library.workflows


def read_workflows(rows: Sequence[OldRow], brought: Brought, scheduled: Collection[tuple[str, str]]) -> list[Read]:
    """By customer and id. `scheduled` are the pairs of both that a schedule runs."""
    ordered = sorted(rows, key=lambda row: (row.customer_id, _id(row.document)))
    return once((_read(row, brought, scheduled) for row in ordered), "says something else")


def _read(row: OldRow, brought: Brought, scheduled: Collection[tuple[str, str]]) -> Read:
    workflow_id, customer_id = _id(row.document), row.customer_id
    given = object_in(object_in(row.document.get("workflowRequest")).get("workflowDefinition")) or row.document
    payload = read_payload(object_in(given.get("defaultPayload")), "defaultPayload")
    wanted = {**definition(given), "workflowId": workflow_id}
    if payload.wanted:
        wanted["defaultPayload"] = payload.wanted
    without = {**without_counterpart(row.document, WORKFLOW_FIELDS), **payload.without}
    name = f"{customer_id or '(no customerId)'}/{workflow_id or '(no workflowId)'}"
    read = Read(Kind.WORKFLOW, name, row.source, wanted, customer_id, payload.notes, without)
    if "workflowRequest" in row.document:
        problem, left_out = _of_a_request(row.document, given, customer_id, workflow_id)
    else:
        problem, left_out = _of_the_library(given, customer_id, workflow_id, brought, scheduled)
    return replace(read, problem=payload.problem or problem, left_out=left_out)


def _id(document: Document) -> str:
    request = object_in(document.get("workflowRequest"))
    inside = request.get("workflowId") or object_in(request.get("workflowDefinition")).get("workflowId")
    return str(document.get("workflowId") or inside or "")


def _of_a_request(document: Document, given: Document, customer_id: str, workflow_id: str) -> tuple[str, str]:
    """The later predecessor kept its last request for a workflow, whatever that was and however it ended."""
    kind, status = object_in(document.get("workflowRequest")).get("requestType"), document.get("responseStatus")
    adopt = (
        f"after the tenant is there: wfm workflows adopt --customer {customer_id} --workflow {workflow_id} --to-tenant"
    )
    if status == _GONE or (kind == "deleteWorkflow" and status != _FAILED):
        return "", "it was deleted there"
    if kind not in _WRITTEN or given is document:
        return f"its row holds no definition, but the last request, {kind}; allowed: nothing here, and {adopt}", ""
    if status == _FAILED:
        why = str(document.get("responseMessage") or "no reason")
        return (
            f"AMC refused this definition ({why:.120}), and has another or none; allowed: nothing here, and {adopt}",
            "",
        )
    return "", ""


def _of_the_library(
    given: Document, customer_id: str, workflow_id: str, brought: Brought, scheduled: Collection[tuple[str, str]]
) -> tuple[str, str]:
    if brought.is_refused(workflow_id):
        return f"its library workflow {brought.origin(workflow_id)[0]} is refused; allowed: that one put right", ""
    workflow = brought.workflow(customer_id, workflow_id)
    if workflow is None:
        return "", ""
    if not brought.is_latest(workflow_id):
        name = workflow.workflow_id
        is_used = (customer_id, workflow_id) in scheduled
        return "", "" if is_used else f"an older version, which nothing runs; the library brings {name}"
    if content({**workflow.definition, "workflowId": ""}) == content({**given, "workflowId": ""}):
        return "", f"the library brings it, as {workflow.workflow_id}"
    if workflow_id == workflow.workflow_id:
        return "", "the library brings it, and its query is the newer one"
    return "", ""
