"""What Run shows: where one run is, what it waits for, where its time went, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.deliveries.deliveries import delivery_facts
from wfm.client.runs.run import Run
from wfm.client.times import present
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.queries.graph import Graph, read_graph
from wfm.errors import UnknownRunError
from wfm.model.requests import execution_name_in
from wfm.model.result_changes import change_in_words
from wfm.model.rows import list_in, object_in, text_or_none
from wfm.report.spans import Line, line_of

PARAMETERS: Final = "parameters"
SUPERSEDES, SUPERSEDED = "supersedes", "superseded by"
OF_REQUEST: Final = {
    "priority": "priority", "backfill": "backfillId", "attempts": "attempts", "error": "errorName",
    "refused with": "amcRefusal", "stopped, since": "stopReason", "resubmitted as": "resubmittedAs",
    "resubmitted by": "resubmittedBy", "made again of": "refreshOf", "at the age of": "refreshAge",
}  # fmt: skip
OF_AMC: Final = {
    "AMC run": "workflowExecutionId", "AMC status": "executionStatus", "AMC says": "statusReason",
    "window from": "timeWindowStart", "window to": "timeWindowEnd", "result": "outputS3URI",
    "published": "resultDelivery", SUPERSEDES: "supersedes", SUPERSEDED: "supersededBy",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RunView:
    """One run. `graph` is None where there is no execution (any more), and `no_graph` says why.

    `parameters` is None unless the address asks for them.
    """

    run: Run
    waits_for: str
    line: Line | None
    facts: Sequence[tuple[str, str]]
    graph: Graph | None
    no_graph: str
    parameters: Mapping[str, object] | None = None


def read_run(wfm: Wfm, given: Given) -> RunView:
    """The run that the address names."""
    customer, run_id = given.needed("tenant"), given.needed("id")
    show = given.one_of("show", (PARAMETERS,))
    run = wfm.runs.get(customer, run_id)
    graph, no_graph = _graph(wfm, run)
    return RunView(
        run,
        wfm.runs.wait_reason(run),
        line_of(run, present().timestamp()),
        facts(run),
        graph,
        no_graph,
        _parameters(run) if show else None,
    )


def facts(run: Run) -> list[tuple[str, str]]:
    """Names and values of what else is known."""
    sides = ((run.request.row if run.request else {}, OF_REQUEST), (run.execution.row if run.execution else {}, OF_AMC))
    known = [(name, text_or_none(row.get(field))) for row, names in sides for name, field in names.items()]
    known += [("changed", change_in_words(run.execution.row) if run.execution else None)]
    delivery = delivery_facts(run.execution.row) if run.execution else []
    warnings = list_in(run.request.row.get("warnings")) if run.request else []
    known += [(f"at {one.age}", one.shown()) for one in run.refreshes]
    named = [*((name, value) for name, value in known if value), *delivery]
    return named + [("warning", str(each)) for each in warnings]


def _graph(wfm: Wfm, run: Run) -> tuple[Graph | None, str]:
    if run.request is None:
        return None, "This run was started elsewhere, so no execution of WFM belongs to it."
    lifecycle = wfm.aws.deployment.execution_lifecycle_arn.replace(":stateMachine:", ":execution:")
    row = run.request.row
    try:
        return read_graph(wfm, str(row.get("executionArn") or f"{lifecycle}:{execution_name_in(row)}")), ""
    except UnknownRunError:
        return None, "Step Functions has no execution of it: it has not begun, was refused, or ended 90 days ago."


def _parameters(run: Run) -> Mapping[str, object]:
    body = object_in(run.request.row.get("execution")) if run.request else {}
    row = run.execution.row if run.execution else {}
    return object_in(body.get("parameterValues") or row.get("parameterValues"))
