"""Each way to fail ends in a Fail state with the Error that people and programs are told."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final

from acceptance.check import Check
from acceptance.checks.onboarding import first_tenant
from acceptance.executions import start, wait_for_end
from acceptance.tenants import ENDED, SQL, WINDOW, Tenant
from acceptance.world import World, expect
from local.amc_simulator.faults import Fault
from wfm.client.adapters.onboarding_machine import OnboardingMachine
from wfm.client.adapters.tracking_machine import TrackingMachine
from wfm.client.stack_names import StackOutput
from wfm.errors import AmcRefused, CredentialsRefused, InvalidRecord, InvalidRequest, UnknownCustomer

BEYOND_THE_BASIC_PLANE: Final = "the cluster ran out of \U0001f9e0"
EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def fail(world: World) -> str:
    """Start all, then see how each has ended."""
    started = {error: begin(world) for error, begin in _FAILURES.items()}
    for what, arn in started.items():
        ended, wanted = wait_for_end(world, arn), what.partition(" ")[0]
        expect(f"the end of {what}", (ended["status"], ended.get("error")), ("FAILED", wanted))
        expect(f"that {what} has a cause", bool(ended.get("cause")), wanted=True)
    failed = wait_for_end(world, started["AmcFailed"])
    expect("the cause of AmcFailed", failed["cause"], BEYOND_THE_BASIC_PLANE)
    return f"{len(started)} executions FAILED: {', '.join(started)}"


def _ended_by_amc(outcome: str, reason: str) -> Callable[[World], str]:
    def begin(world: World) -> str:
        tenant, workflow_id = first_tenant(world), f"ends-{outcome.lower()}"
        tenant.put_workflow(workflow_id, outcome=outcome, status_reason=reason)
        request_id = tenant.send(workflow_id, workflow_id)
        world.until(lambda: _has_ended(tenant, request_id), f"the run of {request_id} has ended in AMC")
        TrackingMachine(world.client("stepfunctions"), world.outputs[StackOutput.EXECUTION_TRACKING_ARN]).poll(
            tenant.id
        )
        return str(tenant.wait_for(request_id)["executionArn"])

    return begin


def _has_ended(tenant: Tenant, request_id: str) -> bool:
    """A run without a result wakes nobody, and a cancelled one is in no list: WFM may take ten minutes to see it."""
    run_id = tenant.request(request_id).get("workflowExecutionId")
    runs = [run for run in tenant.runs_in_amc() if run["workflowExecutionId"] == run_id]
    return [run["status"] in ENDED for run in runs] == [True]


def _refused_by_amc(world: World) -> str:
    tenant = first_tenant(world)
    tenant.put_workflow("refused")
    with _refusal(tenant, "workflowExecutions$"):
        return str(tenant.wait_for(tenant.send("refused", "refused"))["executionArn"])


@contextmanager
def _refusal(tenant: Tenant, path: str) -> Iterator[None]:
    """AMC refuses what is posted there."""
    refusal = Fault(method="POST", path=path, instance_id=tenant.instance, status=400)
    (number,) = tenant.world.amc.add_faults(refusal)
    try:
        yield
    finally:
        tenant.world.amc.clear_faults(number)


def _started(machine: str, name: str, given: Mapping[str, object]) -> Callable[[World], str]:
    return lambda world: start(world, machine, f"{name}-{world.name.dataset}", given)


def _plan_that_leaves_days_over(world: World) -> str:
    plan = {"workflowId": "reach", "start": "2024-01-01", "end": "2024-01-08", "days": 4}
    return start(
        world,
        StackOutput.BACKFILL_ARN,
        f"leaves-{world.name.dataset}",
        {"customerIds": [first_tenant(world).id], **plan},
    )


def _refused_workflow(world: World) -> str:
    tenant, table = first_tenant(world), world.table(StackOutput.WORKFLOWS_TABLE)
    key = {"customerId": tenant.id, "workflowId": "not-taken"}
    with _refusal(tenant, "workflows$"):
        table.put_item(Item=key | {"sqlQuery": SQL})
        world.until(lambda: table.get_item(Key=key)["Item"].get("syncStatus") == "FAILED", "the workflow is refused")
    return str(table.get_item(Key=key)["Item"]["syncExecution"])


def _refused_record(customer_id: str, **fields: str) -> Callable[[World], str]:
    def begin(world: World) -> str:
        tenant = Tenant(world, customer_id)
        world.table(StackOutput.CUSTOMER_CONFIG_TABLE).put_item(Item=tenant.record | fields)
        tenant.wait_for_status("FAILED")
        arns = (world.outputs[StackOutput.TENANT_ONBOARDING_ARN], world.outputs[StackOutput.TENANT_OFFBOARDING_ARN])
        machine = OnboardingMachine(world.client("stepfunctions"), *arns)
        return machine.executions(tenant.id, EVER)[-1].arn

    return begin


_FAILURES: Final[dict[str, Callable[[World], str]]] = {
    "AmcFailed": _ended_by_amc("FAILED", BEYOND_THE_BASIC_PLANE),
    "AmcRejected": _ended_by_amc("REJECTED", "Unsupported scalar operation type ||"),
    "AmcCancelled": _ended_by_amc("CANCELLED", "somebody cancelled it in AMC"),
    AmcRefused.__name__: _refused_by_amc,
    UnknownCustomer.__name__: _started(
        StackOutput.EXECUTION_LIFECYCLE_ARN,
        "nobody",
        {"customerId": "nobody", "requestId": "nobody", "payload": {"workflowId": "reach", **WINDOW}},
    ),
    f"{InvalidRequest.__name__} of a request": _started(StackOutput.EXECUTION_LIFECYCLE_ARN, "empty", {}),
    f"{InvalidRequest.__name__} of a backfill": _plan_that_leaves_days_over,
    f"{AmcRefused.__name__} of a workflow": _refused_workflow,
    f"{InvalidRecord.__name__} of a record": _refused_record("unreadable", amcInstanceId=""),
    f"{CredentialsRefused.__name__} of a record": _refused_record("stranger", authId="nobody"),
}
CHECKS: Final = (
    Check(
        "fail with each Error",
        fail,
        proves="each kind of failure ends in a Fail state with its Error and a cause",
        on_account="AWS hands on each Error, and a cause beyond the basic plane",
        needs=("run",),
    ),
)
