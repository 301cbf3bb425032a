"""Requests of which each meets some killed Lambdas, all at the same time, each in a tenant of its own."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from functions.services.execution.submission import ATTEMPT_TIMEOUT_SECONDS, LIST_LAG_SECONDS
from local.amc_simulator.faults import Fault
from tests.e2e.crashes import Crashes, Point
from tests.e2e.deployment import ENDED, Deployment, TenantUnderTest, wait_until
from wfm.calendar.timestamps import iso, parse
from wfm.model.requests import execution_name

INVISIBLE_SECONDS = "2"  # of a message whose Lambda was killed; three and twelve minutes on AWS
REST = 30.0  # seconds that a Lambda may still be at work after its request has ended
AT_ONCE = 4  # onboardings
SETTLED = timedelta(seconds=ATTEMPT_TIMEOUT_SECONDS + LIST_LAG_SECONDS)


@dataclass(frozen=True)
class Plan:
    """The points that kill. What else happens: the POST's answer is lost, someone waits in line, it is stopped."""

    points: frozenset[Point] = frozenset()
    is_lost: bool = False
    is_awaited: bool = False
    is_stopped: bool = False


class Scene:
    """One plan in one tenant, whose gate has one slot."""

    def __init__(self, crashes: Crashes, tenant: TenantUnderTest, plan: Plan) -> None:
        self.tenant, self.plan = tenant, plan
        self.requests = ("r1", "r2") if plan.is_awaited else ("r1",)
        self._crashes = crashes
        self._aged = set[str]()

    def begin(self) -> None:
        """Send the requests."""
        if self.plan.is_lost:
            lost: dict[str, Any] = {"method": "POST", "path": "workflowExecutions$", "when": "after", "drop": True}
            fault = Fault(**lost, instance_id=self.tenant.instance, times=1)
            self.tenant.deployment.amc.add_faults(fault)
        if self.plan.is_stopped:
            self.tenant.put_workflow("reach", seconds=600)
        hide_for(self.tenant.deployment, self.tenant.row()["queueUrl"], INVISIBLE_SECONDS)
        self._crashes.arm(self.tenant, self.plan.points)
        self.tenant.send(*self.requests)

    def stop(self) -> None:
        """StopExecution while AMC runs it."""
        self.tenant.wait_for("r1", status={"RUNNING"})
        machine = self.tenant.deployment.outputs["ExecutionLifecycleArn"]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{execution_name(self.tenant.id, 'r1')}"
        wait_until(lambda: "outcomeToken" in self.tenant.requests()["r1"], "it waits for its outcome")
        self.tenant.deployment.client("stepfunctions").stop_execution(executionArn=execution)

    def killed(self) -> list[Point]:
        """The points that have killed so far."""
        return self._crashes.killed(self.tenant)

    def is_over(self) -> bool:
        """Whether all requests have ended."""
        rows = self.tenant.requests()
        for row in rows.values():
            self._age(row)
        return all(rows.get(request, {}).get("status") in ENDED for request in self.requests)

    def is_queue_empty(self) -> bool:
        """Whether nothing waits there, nor is being worked on."""
        names = [f"ApproximateNumberOfMessages{which}" for which in ("", "NotVisible")]
        queue, sqs = self.tenant.row()["queueUrl"], self.tenant.deployment.client("sqs")
        return set(sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"].values()) == {"0"}

    def _age(self, row: dict[str, Any]) -> None:
        """A POST that a killed Lambda may have sent is waited for for a minute and a half; here it is over at once."""
        submitting = any(point.function == "SubmitExecution" for point in self.killed())
        if row["requestId"] in self._aged or not submitting or "attemptedAt" not in row:
            return
        begun = row["attemptedAt"]
        table = self.tenant.deployment.table("ExecutionRequestsTable")
        with suppress(table.meta.client.exceptions.ConditionalCheckFailedException):  # the next try has dealt with it
            table.update_item(
                Key={"customerId": self.tenant.id, "requestId": row["requestId"]},
                UpdateExpression="SET attemptedAt = :then",
                ConditionExpression="attemptedAt = :begun",
                ExpressionAttributeValues={":then": iso(parse(begun) - SETTLED), ":begun": begun},
            )
            self._aged.add(row["requestId"])


def hide_for(deployment: Deployment, queue: str, seconds: str) -> str:
    """Set for how long a queue hides what was received; how long that was before."""
    sqs, name = deployment.client("sqs"), "VisibilityTimeout"
    before: str = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=[name])["Attributes"][name]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={name: seconds})
    return before


@contextmanager
def coming_soon(deployment: Deployment, queue: str) -> Iterator[None]:
    """What a Lambda of WFM's queue of that name could not take comes again after two seconds, as long as this lasts."""
    url = deployment.client("sqs").get_queue_url(QueueName=f"{deployment.runtime.stack}-{queue}")["QueueUrl"]
    before = hide_for(deployment, url, INVISIBLE_SECONDS)
    try:
        yield
    finally:
        hide_for(deployment, url, before)


def play(deployment: Deployment, crashes: Crashes, plans: Iterable[Plan]) -> list[Scene]:
    """Begin a scene for each plan; those that are to be stopped are."""

    def begin(plan: Plan) -> Scene:
        scene = Scene(crashes, deployment.a_tenant("crash", limit=1), plan)
        scene.begin()
        return scene

    with ThreadPoolExecutor(AT_ONCE) as pool:
        scenes = list(pool.map(begin, plans))
    for scene in scenes:
        if scene.plan.is_stopped:
            scene.stop()
    return scenes


def finish(scenes: Iterable[Scene]) -> list[Plan]:
    """Wait until all is over; what has not killed, to be tried again."""
    for scene in scenes:
        wait_until(scene.is_over, f"{scene.tenant.id} ends ({scene.killed()})")
    deadline = time.monotonic() + REST
    while (left := _left(scenes)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for scene in scenes:
        wait_until(lambda scene=scene: scene.tenant.gate().get("holders") is None, "the slot is free")  # type: ignore[misc]
    return left


def _left(scenes: Iterable[Scene]) -> list[Plan]:
    return [
        replace(scene.plan, points=frozenset({point}))
        for scene in scenes
        for point in scene.plan.points - set(scene.killed())
    ]


def send_again(scenes: Iterable[Scene]) -> None:
    """The same messages once more, until they are taken."""
    for scene in scenes:
        scene.tenant.send(*scene.requests)
    for scene in scenes:
        wait_until(scene.is_queue_empty, f"the queue of {scene.tenant.id} is empty")
