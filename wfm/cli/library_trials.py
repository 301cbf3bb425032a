"""A workflow from a file as a dry run: AMC compiles it for a tenant, and runs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wfm.client.requests.sender import RunOptions
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.model.parameters import declared
from wfm.model.requests import ExecutionRequest, with_defaults

SOURCE: Final = "wfm library push"
_LAST_DAY: Final = {"timeWindowType": "MOST_RECENT_DAY"}
# Of each type a value that AMC takes, for parameters that have no default.
_SAMPLES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("BYTE", "SHORT", "INTEGER", "LONG", "DECIMAL", "DOUBLE", "FLOAT"), "1"),
    "BOOLEAN": "true",
    "DATE": "2026-01-01",
    "TIMESTAMP": "2026-01-01T00:00:00",
}


@dataclass(frozen=True)
class Trial:
    """What is to be tried, and what `Wfm.requests.submit` takes for it."""

    workflow_id: str
    options: RunOptions


def trial_of(file: WorkflowFile) -> Trial:
    """The workflow ad hoc, with its default window and values; what has no default gets a value of its type."""
    workflow = file.workflow
    definition = {name: value for name, value in workflow.definition.items() if name != "workflowId"}
    request = ExecutionRequest("library", "trial", {"workflowId": workflow.workflow_id})
    payload = with_defaults(request, workflow.default_payload or _LAST_DAY).payload
    missing = {
        name: _sample(item.get("dataType"))
        for name, item in (declared(workflow.definition) or {}).items()
        if item.get("defaultValue") is None
    }
    values = payload.get("parameterValues")
    given = dict(values) if isinstance(values, Mapping) else {}
    return Trial(
        workflow.workflow_id,
        {
            "definition": definition,
            "payload": {**payload, "parameterValues": {**missing, **given}},
            "amc_dry_run": True,
            "source": SOURCE,
        },
    )


def _sample(kind: object) -> object:
    if isinstance(kind, Mapping):
        return [_sample(kind.get("elementDataType"))]
    return _SAMPLES.get(str(kind), "x")
