"""A message becomes a run."""

from typing import Final

from acceptance.check import Check
from acceptance.checks.onboarding import first_tenant
from acceptance.executions import states_of, wait_for_end
from acceptance.inbox import Inbox
from acceptance.world import World, expect
from wfm.client.stack_names import StackOutput

HAPPY_PATH: Final = (
    *("PrepareExecution", "WaitForSlot", "SubmitExecution", "WaitForOutcome", "ReleaseSlot"),
    *("HowDidItEnd", "ExecutionSucceeded"),
)


def run(world: World) -> str:
    """From the queue to the result in the bucket and the announcement."""
    tenant, inbox = first_tenant(world), Inbox(world)
    inbox.subscribe(world.outputs[StackOutput.EXECUTION_EVENTS_TOPIC_ARN])

    before = len(tenant.runs_in_amc())
    request = tenant.send("run")
    row = tenant.wait_for(request)

    expect("the request's status", (row["status"], row.get("reason")), ("SUCCEEDED", None))
    expect("runs in AMC", len(tenant.runs_in_amc()) - before, 1)
    wait_for_end(world, row["executionArn"])
    expect("states", tuple(states_of(world, row["executionArn"])), HAPPY_PATH)
    inbox.wait_for("the end of the run", requestId=request, executionStatus="SUCCEEDED")
    files = world.client("s3").list_objects_v2(Bucket=tenant.bucket).get("Contents", [])
    expect("files in the bucket", len(files) > 0, wanted=True)
    return f"{row['workflowExecutionId']} in AMC, {len(HAPPY_PATH)} states, {len(files)} files, announced once it ended"


CHECKS: Final = (
    Check(
        "run",
        run,
        proves="a message becomes one run of seven states, with its result and announcement",
        on_account="trust policies, and kms:ViaService in calls of SQS, SNS, DynamoDB and Secrets Manager",
        needs=("onboard",),
    ),
)
