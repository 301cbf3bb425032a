"""Brings a tenant to what the library wants, in parallel with other rollouts and with edits.

Each round reads the tenant's rows first and the library second, and writes only where a row has not changed since
(optimistic concurrency): so nobody replaces a newer version by an older one. It ends with a round that finds nothing to
do. A later edit has a rollout of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from functions.ports import Ports
from wfm.errors import InvalidRecord, NotReadyYet
from wfm.model.library_workflows import LibraryWorkflow, in_force
from wfm.model.rollout_plan import (
    DELETE_SCHEDULE,
    DELETE_WORKFLOW,
    PUT_WORKFLOW,
    Change,
    Plan,
    is_librarys,
    is_wanted,
    plan,
    tenant_in_service,
    workflow_of,
)
from wfm.model.rows import Document

MAX_ROUNDS: Final = 10

Read = Callable[[Document], LibraryWorkflow]


@dataclass(frozen=True)
class Converged:
    """The result for a tenant; `matched` means that the workflow is for it."""

    changes: int
    conflicts: tuple[str, ...]
    matched: bool = False


def roll_out_workflow(customer_id: str, workflow_id: str, ports: Ports, read: Read) -> Converged:
    """RollOutBatch: bring one workflow to one tenant. InvalidRecord, and no change, if its record is invalid."""
    matched = False

    def read_plan() -> Plan:
        nonlocal matched
        row, schedules = ports.workflows.find(customer_id, workflow_id), ports.schedules.of_tenant(customer_id)
        tenant = tenant_in_service(ports.tenants.find(customer_id))
        record = ports.library.in_force(workflow_id)
        workflow = None if record is None else read(record)
        matched = tenant is not None and is_wanted(workflow, tenant)
        return plan(tenant, {workflow_id: workflow}, [row] if row else [], schedules) if tenant else Plan()

    changes, conflicts = _converge(customer_id, read_plan, ports)
    return Converged(changes, conflicts, matched)


def roll_out_library(customer_id: str, ports: Ports, read: Read) -> Converged:
    """Bring the whole library to one tenant; a workflow whose record is invalid stays as it is."""

    def read_plan() -> Plan:
        rows, schedules = ports.workflows.of_tenant(customer_id), ports.schedules.of_tenant(customer_id)
        tenant = tenant_in_service(ports.tenants.find(customer_id))
        if tenant is None:
            return Plan()
        records = _records_in_force(ports.library.all())
        had = {str(row["workflowId"]) for row in rows if is_librarys(row)}
        had |= {str(workflow_of(row)) for row in schedules if is_librarys(row)}
        workflows = dict.fromkeys(had - records.keys()) | dict(_readable(records, read))
        return plan(tenant, workflows, rows, schedules)

    return Converged(*_converge(customer_id, read_plan, ports))


def _records_in_force(records: Iterable[Document]) -> dict[str, Document]:
    ordered = sorted(records, key=lambda record: str(record["workflowId"]))
    groups = groupby(ordered, key=lambda record: str(record["workflowId"]))
    return {workflow_id: record for workflow_id, group in groups if (record := in_force(group)) is not None}


def _readable(records: Mapping[str, Document], read: Read) -> Iterator[tuple[str, LibraryWorkflow]]:
    for workflow_id, record in records.items():
        try:
            yield workflow_id, read(record)
        except InvalidRecord:  # its own rollout has said so, on the record
            continue


def _converge(customer_id: str, read_plan: Callable[[], Plan], ports: Ports) -> tuple[int, tuple[str, ...]]:
    """How many rows were changed, and the conflicts that were left alone."""
    changes = 0
    for _ in range(MAX_ROUNDS):
        wanted = read_plan()
        if not wanted.changes:
            return changes, wanted.conflicts
        changes += _apply_in_order(wanted, ports)
    raise NotReadyYet(f"{customer_id}: concurrent updates to the same rows; retrying")


def _apply_in_order(wanted: Plan, ports: Ports) -> int:
    """How many changes were made before a row turned out to have changed."""
    for made, change in enumerate(wanted.changes):
        if not _apply(change, ports):
            return made
    return len(wanted.changes)


def _apply(change: Change, ports: Ports) -> bool:
    """Make one change; False if the row has changed since it was read."""
    row, seen = change.row, change.seen
    if change.action == PUT_WORKFLOW:
        return ports.workflows.put_desired(row, seen)
    if change.action == DELETE_WORKFLOW:
        return ports.workflows.remove(str(row["customerId"]), str(row["workflowId"]), row)
    if change.action == DELETE_SCHEDULE:
        return ports.schedules.remove(str(row["customerId"]), str(row["Name"]), row)
    return ports.schedules.put_desired(row, seen)
