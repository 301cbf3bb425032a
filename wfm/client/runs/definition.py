"""Which SQL made a run: its row names the definition, and the library keeps each version."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wfm.client.runs.run import Run
from wfm.errors import UsageError
from wfm.model.rows import Document, object_in, text_or_none, whole_number
from wfm.model.stored_request import StoredRequest
from wfm.model.workflows import DEFINITION_HASH, definition, definition_hash, short_hash

if TYPE_CHECKING:
    from wfm.client.tables import Tables

AD_HOC: Final = "the request itself"


@dataclass(frozen=True, slots=True)
class RunDefinition:
    """The workflow that made a run, in AMC's field names, and where it is kept. `note` is what makes it uncertain."""

    definition: Document
    kept_in: str
    note: str = ""

    @property
    def sql(self) -> str:
        """The query."""
        return str(self.definition.get("sqlQuery", ""))


def definition_of(run: Run, tables: "Tables") -> RunDefinition:
    """The definition that made a run; UsageError if that is not known, or kept nowhere."""
    body = StoredRequest(run.request.row).body if run.request else {}
    if "workflow" in body:
        return RunDefinition(object_in(body["workflow"]), AD_HOC)
    known = next((found for row in _rows(run) if (found := text_or_none(row.get(DEFINITION_HASH)))), None)
    if known is None:
        why = "it was started elsewhere, not prepared yet, or by an older WFM"
        raise UsageError(f"id: which SQL made {run.run_id} is not known: {why}")
    workflow_id = run.either.workflow_id
    workflow = tables.workflows.find(run.either.customer_id, workflow_id) or {}
    kept: list[tuple[str, Document]] = [
        (f"version {whole_number(record.get('version'), 1)} of the library", record)
        for record in tables.library.versions(workflow_id)
    ]
    for place, row in [*kept, (f"the workflow {workflow_id} as it is now", workflow)]:
        if short_hash(definition_hash(row)) == known:
            return RunDefinition(definition(row), place, _overtaken(run, workflow))
    raise UsageError(
        f"id: {run.run_id} was made by the definition {known} of {workflow_id}, which is kept nowhere:"
        " a workflow that is not the library's is kept as it is now, and this one was changed or removed"
    )


def _rows(run: Run) -> Iterator[Document]:
    return (side.row for side in (run.execution, run.request) if side)


def _overtaken(run: Run, workflow: Document) -> str:
    """What there is to say if the workflow was changed in AMC between the request's preparation and its run."""
    if run.request is None:
        return ""
    row, synced = run.request.row, str(workflow.get("syncedAt", ""))
    if str(row.get("waitingAt", "~")) < synced <= str(row.get("runningAt", "")):
        return f"AMC got {run.either.workflow_id} anew at {synced}, while the request waited, and may have run that"
    return ""
