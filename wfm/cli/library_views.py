"""`wfm library list` and `wfm library show`."""

from typing import Annotated

import typer

from wfm.cli.options import AsJson
from wfm.cli.output import print_facts, print_json, print_table
from wfm.cli.session import client
from wfm.client.library.entries import LibraryEntry
from wfm.client.workflow_files.documents import targeting
from wfm.client.workflow_files.folder import texts

HEADINGS = ["ID", "VERSION", "ROLLOUT", "TENANTS", "SYNCED", "FAILED", "SCHEDULE", "FOR", "REASON"]
OF_TENANT = {
    "syncStatus": "PENDING",
    "libraryVersion": "its own",
    "syncReason": "",
}  # columns of a row, with what is shown for none


def list_workflows(context: typer.Context, as_json: AsJson = False) -> None:
    """List the library's workflows: what is in force, for whom, and how far it has been rolled out."""
    entries = client(context).library.list()
    if as_json:
        print_json([_as_json(entry) for entry in entries])
    else:
        print_table(HEADINGS, [_row(entry) for entry in entries], status_column=2)


def _row(entry: LibraryEntry) -> list[str]:
    known, status = entry.known, entry.status
    counts = [str(number) for number in (status.tenants, status.synced, len(status.failed))]
    head = [entry.workflow_id, str(known.latest), status.status]
    return [*head, *counts, schedule(entry), audience(entry), known.problem or status.reason]


def schedule(entry: LibraryEntry) -> str:
    """`daily 08:00 Europe/Berlin`; empty without one."""
    row = (entry.known.workflow and entry.known.workflow.schedule) or {}
    off = "(off)" if row.get("State") == "DISABLED" else ""
    words = [*map(row.get, ("ScheduleExpression", "ScheduleExpressionTimezone")), off]
    return " ".join(str(word) for word in words if word)


def audience(entry: LibraryEntry) -> str:
    """The tenants that a library workflow is for, in words: `tags a or b, endemicType ENDEMIC`, or `all`."""
    workflow = entry.known.workflow
    if workflow is None:
        return ""
    if not workflow.deploys:
        return "nobody (automaticDeployWorkflow: false)"
    return ", ".join(f"{name} {' or '.join(values)}" for name, values in targeting(workflow).items()) or "all"


def show(
    context: typer.Context,
    workflow: Annotated[str, typer.Argument(metavar="ID", help="Id of a workflow of the library.")],
    version: Annotated[int | None, typer.Option(min=1, help="Another version than the one in force.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show one workflow: its settings, its SQL, and its status in each tenant."""
    entry = client(context).library.get(workflow, version)
    if as_json:
        print_json(_as_json(entry) | {"record": entry.known.record, "rows": list(entry.rows)})
        return
    print_facts(_details(entry), width=12)
    if entry.known.workflow:
        sql, settings = texts(entry.known.workflow)
        print(f"\n{settings}\n{sql}")
    rows = [
        [str(row["customerId"])] + [str(row.get(name) or default) for name, default in OF_TENANT.items()]
        for row in sorted(entry.rows, key=lambda row: str(row["customerId"]))
    ]
    print_table(["TENANT", "STATUS", "VERSION", "REASON"], rows, status_column=1)


def _details(entry: LibraryEntry) -> list[tuple[str, str]]:
    status = entry.status
    return [
        ("workflow", entry.workflow_id),
        ("version", f"{entry.known.latest} of {', '.join(str(number) for number in entry.versions)}"),
        ("rollout", status.status),
        ("reason", entry.known.problem or status.reason),
        ("for", audience(entry)),
        ("schedule", schedule(entry)),
    ]


def _as_json(entry: LibraryEntry) -> dict[str, object]:
    return {
        "workflowId": entry.workflow_id,
        "version": entry.known.latest,
        "versions": list(entry.versions),
        "schedule": schedule(entry) or None,
        "for": audience(entry),
        "problem": entry.known.problem or None,
        "rollout": entry.status.as_json(),
    }
