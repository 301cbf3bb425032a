"""What is stopped ends in AMC too, whoever stops it and however."""

from typing import Any, Final

from acceptance.check import Check
from acceptance.checks.onboarding import first_tenant
from acceptance.tenants import ENDLESS, Tenant
from acceptance.world import World, expect


def a_running_request(world: World, name: str) -> tuple[Tenant, dict[str, Any]]:
    """One whose run in AMC would take an hour, and its row."""
    tenant = first_tenant(world)
    tenant.put_workflow("endless", ENDLESS)
    request_id = tenant.send(name, "endless")
    return tenant, dict(tenant.wait_for(request_id, "RUNNING"))


def expect_cancelled(tenant: Tenant, request_id: str) -> dict[str, Any]:
    """The row and the run have ended as CANCELLED."""
    row = dict(tenant.wait_for(request_id))
    expect(f"the status of {request_id}", row["status"], "CANCELLED")
    run = row["workflowExecutionId"]

    def is_cancelled() -> bool:
        (found,) = [each for each in tenant.runs_in_amc() if each["workflowExecutionId"] == run]
        return bool(found["status"] == "CANCELLED")

    tenant.world.until(is_cancelled, f"{run} is CANCELLED in AMC")
    return row


def cancel_by_stop(world: World) -> str:
    """StopExecution, as the console of Step Functions does it."""
    tenant, row = a_running_request(world, "stopped")

    world.client("stepfunctions").stop_execution(executionArn=row["executionArn"], cause="enough of it")

    ended = expect_cancelled(tenant, row["requestId"])
    return f"request and run {row['workflowExecutionId']} are CANCELLED: {ended['reason']}"


def cancel_by_command(world: World) -> str:
    """`wfm executions cancel`."""
    tenant, row = a_running_request(world, "cancelled")
    request, reason = row["requestId"], "no longer needed"

    world.command("executions", "cancel", f"{tenant.id}/{request}", "--yes", "--wait", "--reason", reason)

    ended = expect_cancelled(tenant, request)
    return f"run {ended['workflowExecutionId']} is CANCELLED: {ended['reason']}"


def stop_event(world: World) -> str:
    """While nobody reads the queue of stopped executions, a stop is seen to get there; then it is dealt with."""
    tenant, row = a_running_request(world, "held")
    queue = _queue(world, "execution_lifecycle-stopped")
    mapping = _consumer(world, queue)
    _switch(world, mapping, enabled=False)
    try:
        world.client("stepfunctions").stop_execution(executionArn=row["executionArn"], cause="held")
        world.until(lambda: _depth(world, queue), "the event is in the queue of stopped executions")
        expect("events that could not be delivered", _depth(world, _queue(world, "event-failures")), 0)
    finally:
        _switch(world, mapping, enabled=True)
    expect_cancelled(tenant, row["requestId"])
    return "the event was in the queue; once that was read, the request ended as CANCELLED"


def _consumer(world: World, queue: str) -> str:
    found = world.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    arn = found["Attributes"]["QueueArn"]
    (mapping,) = world.client("lambda").list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
    return str(mapping["UUID"])


def _switch(world: World, mapping: str, *, enabled: bool) -> None:
    client, wanted = world.client("lambda"), "Enabled" if enabled else "Disabled"
    client.update_event_source_mapping(UUID=mapping, Enabled=enabled)
    world.until(lambda: client.get_event_source_mapping(UUID=mapping)["State"] == wanted, f"the mapping is {wanted}")


def _depth(world: World, queue: str) -> int:
    name = "ApproximateNumberOfMessages"
    found = world.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=[name])
    return int(found["Attributes"][name])


def _queue(world: World, name: str) -> str:
    return str(world.client("sqs").get_queue_url(QueueName=f"{world.name.text}-{name}")["QueueUrl"])


CHECKS: Final = (
    Check(
        "cancel by StopExecution",
        cancel_by_stop,
        proves="a stopped execution cancels its run in AMC, and ends the request",
        needs=("run",),
    ),
    Check(
        "cancel by command",
        cancel_by_command,
        proves="wfm executions cancel ends request and run",
        needs=("run",),
    ),
    Check(
        "stop event",
        stop_event,
        proves="the event of a stop comes to the queue of stopped executions",
        on_account="EventBridge may use the key of the encrypted queue",
        needs=("run",),
    ),
)
