"""Views of workflows."""

from wfm.cli.output import print_facts, short
from wfm.client.records import Workflow
from wfm.client.workflows.workflows import DriftReport, WorkflowDetails
from wfm.model.rows import SyncFields

HEADINGS = ["ID", "STATUS", "SYNCED", "LIBRARY", "DRIFT", "RESULT", "REASON"]
SHOWN_ABOVE = {"customerId", "workflowId", "syncStatus", "syncReason", "syncedAt", "drift", "driftFoundAt", "sqlQuery"}


def row(workflow: Workflow) -> list[str]:
    """One line of `wfm workflows list`."""
    library = f"version {workflow.library_version}" if workflow.library_version else ""
    status, synced = workflow.sync_status or "PENDING", short(workflow.synced_at)
    result = f"STALE since {short(workflow.stale_since)}" if workflow.stale_since else workflow.result_status or ""
    return [workflow.workflow_id, status, synced, library, workflow.drift or "", result, workflow.sync_reason or ""]


def print_details(details: WorkflowDetails) -> None:
    """Print what a person wants to know first, then the rest of the row, and the SQL last, as it is."""
    print_facts(lines(details))
    print()
    print(details.workflow.row.get("sqlQuery", ""))


def lines(details: WorkflowDetails) -> list[tuple[str, str]]:
    """Names and values, without what is not known."""
    workflow, known = details.workflow, details.workflow.row
    drift = f"{workflow.drift}, found {short(workflow.drift_found_at)}" if workflow.drift else None
    head: list[tuple[str, object]] = [
        ("customer", workflow.customer_id),
        ("workflow", workflow.workflow_id),
        ("status", workflow.sync_status or "PENDING"),
        ("reason", workflow.sync_reason),
        ("synced", short(workflow.synced_at)),
        ("drift", drift),
        ("schedules", ", ".join(details.schedules)),
    ]
    rest = [
        (name, value)
        for name, value in sorted(known.items())
        if name not in SHOWN_ABOVE | SyncFields.__annotations__.keys()
    ]
    return [(name, str(value)) for name, value in [*head, *rest] if value not in (None, "")]


def print_drift(report: DriftReport) -> None:
    """A line for each workflow that is not in AMC as WFM put it there."""
    if report.failure:
        print(f"{report.customer_id}: AMC could not be asked: {report.failure}")
    elif not report.drifted:
        print(f"{report.customer_id}: AMC has every synced workflow as WFM put it there")
    for each in report.drifted:
        print(f"{report.customer_id} {each.workflow_id}: {each.drift}")
