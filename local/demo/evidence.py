"""Collects what is known after the burst from those who know: AMC's journal and runs, Step Functions, the tables."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from local.demo.measures import AmcRun, Outcome, Path
from local.demo.summary import Truth
from local.examples import ExampleTenant
from local.runtime import Runtime
from wfm import Wfm
from wfm.client.records import Request
from wfm.client.stack_names import StackOutput
from wfm.model.rows import object_in, whole_number

FAILED_TASKS = ("TaskFailed", "TaskTimedOut", "LambdaFunctionFailed", "LambdaFunctionTimedOut")


def seconds(iso: str) -> float:
    """Epoch seconds of an ISO 8601 time."""
    return datetime.fromisoformat(iso).timestamp()


def read_run(document: Mapping[str, Any], customers: Mapping[str, str]) -> AmcRun:
    """A run as the simulator has it; `customers` is the customer of each instance."""
    return AmcRun(
        execution_id=document["workflowExecutionId"],
        customer_id=customers[document["instanceId"]],
        workflow_id=document["workflowId"],
        is_external=document["origin"] == "external",
        status=document["status"],
        created=seconds(document["createdAt"]),
        ended=seconds(document["endedAt"]) if document["endedAt"] else None,
        body=document["request"],
    )


def read_outcome(request: Request) -> Outcome:
    """A request as its row has it."""
    reached = {status: seconds(at) for status, at in request.reached()}
    if request.ended and request.status in reached:
        reached["ENDED"] = reached[request.status]
    return Outcome(
        customer_id=request.customer_id,
        request_id=request.request_id,
        status=request.status,
        execution_id=request.workflow_execution_id,
        attempts=whole_number(request.row.get("attempts"), 0),
        reached=reached,
        body=object_in(request.row.get("execution")),
    )


def read_path(request_id: str, types: Sequence[str]) -> Path:
    """A way through the machine from the types of its history's events.

    Step Functions bills each state entered, and each repetition of a task, which shows as one more TaskScheduled.
    """
    count = Counter(types)
    entered = sum(number for kind, number in count.items() if kind.endswith("StateEntered"))
    repeated = max(count["TaskScheduled"] - count["TaskStateEntered"], 0)
    return Path(request_id, entered + repeated, sum(count[kind] for kind in FAILED_TASKS))


def _paths(runtime: Runtime, requests: Mapping[str, str]) -> Iterator[Path]:
    """The states of every execution of `execution_lifecycle`; `requests` has their ids by its ARN."""
    machine = runtime.outputs[StackOutput.EXECUTION_LIFECYCLE_ARN]
    client = runtime.emulator.client("stepfunctions")
    for page in client.get_paginator("list_executions").paginate(stateMachineArn=machine):
        for execution in page["executions"]:
            history = client.get_paginator("get_execution_history").paginate(
                executionArn=execution["executionArn"], includeExecutionData=False
            )
            types = [event["type"] for part in history for event in part["events"]]
            yield read_path(requests.get(execution["executionArn"], execution["name"]), types)


def recorded_as_external(wfm: Wfm, customers: Iterable[str]) -> frozenset[str]:
    """The ids of the runs that WFM recorded as started by somebody else."""
    return frozenset(
        run.execution.workflow_execution_id
        for customer in customers
        for run in wfm.runs.list(customer)
        if run.execution and run.source == "external"
    )


def collect(runtime: Runtime, tenants: Sequence[ExampleTenant], asked: Sequence[str], calls_before: int) -> Truth:
    """The truth about the burst; `calls_before` is the number of the last call AMC got before it."""
    wfm, simulator = runtime.wfm(), runtime.simulator()
    customers = {tenant.instance_id: tenant.customer_id for tenant in tenants}
    levels = simulator.concurrency()
    requests = [found for tenant in tenants for found in wfm.requests.list(tenant.customer_id)]
    return Truth(
        asked=asked,
        limits={tenant.customer_id: tenant.limit for tenant in tenants},
        runs=[read_run(document, customers) for document in simulator.executions()],
        outcomes=[read_outcome(found) for found in requests],
        paths=list(_paths(runtime, {str(found.row["executionArn"]): found.request_id for found in requests})),
        recorded=recorded_as_external(wfm, [tenant.customer_id for tenant in tenants]),
        calls=simulator.journal(since=calls_before),
        peaks={customers[name]: level["all"]["peakUnfinished"] for name, level in levels.items()},
    )
