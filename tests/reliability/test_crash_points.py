"""A request survives that its handlers are killed, before and after every call that others can see."""

import itertools
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from functions.services.tracking.slot_accounting import sync_slots
from tests.adapters.builders import a_tenant_row
from tests.reliability.calls import AMC_CALLS
from tests.reliability.deliveries import arn_of
from tests.reliability.report import FaultReport
from tests.reliability.walk import CONTINUED, Walk
from tests.reliability.world import CountedWorld
from wfm.errors import AmcRefused, AmcUnavailable
from wfm.model.requests import execution_name

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

LOST = ("after", AmcUnavailable("the connection broke"))
GRANT = "TransactWriteItems Gate+Gate+Gate"
CLAIM = "TransactWriteItems Executions+ExecutionRequests"
TOLD_AND_NOT_NOTED = ("before publish", "before UpdateItem Executions")  # EventBridge knows, the run's row does not yet


def walked(
    dynamodb: "DynamoDBServiceResource",
    customer_id: str,
    kill: tuple[int, str] | None = None,
    *,
    lost_answers: int = 0,
    tracker: bool = True,
) -> Walk:
    """One request from its message to its end, and its message once more."""
    world = CountedWorld(dynamodb, customer_id)
    world.calls.kill_at = {kill} if kill else set()
    world.true_amc.faults = [LOST] * lost_answers
    walk = Walk(world, tracker=tracker)
    walk.send("r1")
    walk.run()
    walk.send("r1")
    walk.run()
    return walk


def account_slots_after_a_poll(world: CountedWorld) -> int:
    """A slot that was taken right before a kill is lost until the tenant's next poll."""
    ports: Any = world
    sync_slots(ports.tenants.find(world.customer_id), [], ports)
    return world.account_slots.held(str(a_tenant_row(world.customer_id)["amcAmazonAdsAdvertiserId"]))


def assert_one_run(walk: Walk, told_at_most: int = 2) -> None:
    """One run in AMC, the outcome on the row, the slot free, both statuses told (one twice after a kill in between)."""
    world, killed = walk.world, " ".join(walk.world.calls.kills)
    (run,) = world.true_amc.runs
    row = world.request()
    gate = world.semaphores.read(world.customer_id)
    waiting = world.semaphores.waiting(world.customer_id, 9)
    told = Counter(status for _, status in world.told())

    assert (row["status"], row["workflowExecutionId"]) == ("SUCCEEDED", run["workflowExecutionId"]), killed
    assert (gate.holders, gate.external, waiting) == (frozenset(), 0, []), killed
    assert account_slots_after_a_poll(world) == 0, killed
    assert set(told) == {"PENDING", "SUCCEEDED"}, killed
    assert told.total() <= (3 if killed in TOLD_AND_NOT_NOTED else told_at_most), killed
    assert set(walk.ended.values()) == {"SUCCEEDED"}, killed


def test_a_lambda_killed_at_any_call_leaves_one_run_and_its_outcome(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    points = walked(dynamodb, "unharmed").world.calls.points()

    kills = Counter[str]()
    for index, point in enumerate(points):
        walk = walked(dynamodb, f"killed-{index}", point)
        assert_one_run(walk)
        kills.update(walk.world.calls.kills)

    assert kills.total() == len(points) > 30
    assert {"before start_execution", "before create_execution", "before send_task_success"} <= set(kills)
    fault_report("Lambda killed at a call that others can see", kills.total())


def test_a_request_whose_every_kind_of_call_aws_throttles_once_runs_once(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    calm = walked(dynamodb, "calm").world.calls
    kinds = calm.reads | set(calm.names) - set(AMC_CALLS)

    world = CountedWorld(dynamodb, "throttled")
    world.calls.throttles = True
    walk = Walk(world)
    walk.send("r1")
    walk.run()

    assert_one_run(walk, told_at_most=4)  # one topic may have heard of it, and the other call is throttled
    walk.send("r2")  # what the first would have taught of durations was let go: the poll that saw its end was throttled
    walk.run()
    assert world.calls.throttled >= kinds > {"GetItem Gate", "Query Gate", "GetItem Tenants", "UpdateItem Tenants"}
    fault_report("calls of DynamoDB, Step Functions and SNS throttled, each kind once", len(world.calls.throttled))


def test_a_response_dropped_after_acceptance_is_adopted_though_the_lambda_is_killed_too(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    calls = walked(dynamodb, "lost", lost_answers=1).world.calls
    first, last = calls.names.index("create_execution"), calls.names.index(CLAIM) + 2
    points = [point for point in calls.points() if first <= point[0] <= last]

    killed = 0
    for index, point in enumerate(points):
        walk = walked(dynamodb, f"lost-{index}", point, lost_answers=1)
        assert_one_run(walk)
        killed += len(walk.world.calls.kills)

    assert killed == len(points)
    fault_report("answer to the POST lost, and the Lambda killed", killed)


def continued(
    dynamodb: "DynamoDBServiceResource", customer_id: str, kill: tuple[int, str] | None = None
) -> tuple[Walk, list[str]]:
    """A request whose POST loses its answer where others did before, so that it is sent back, and continued at once."""
    world = CountedWorld(dynamodb, customer_id)
    world.tenants.save(customer_id, refusedPosts=1)
    world.calls.kill_at = {kill} if kill else set()
    world.true_amc.faults = [LOST]
    walk = Walk(world, max_requeues=1, run_takes=timedelta(minutes=20))
    walk.send("r1")
    walk.run()
    ends = [walk.ended.pop(name) for name, end in list(walk.ended.items()) if end == CONTINUED]
    return walk, ends


def test_a_request_that_another_execution_continues_adopts_its_run_though_a_lambda_is_killed(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    calls = continued(dynamodb, "handed-over")[0].world.calls
    begun = [index for index, name in enumerate(calls.names) if name == "start_execution"]
    points = [point for point in calls.points() if begun[-1] <= point[0] <= calls.names.index(CLAIM)]

    killed = 0
    for index, point in enumerate([None, *points]):
        walk, ends = continued(dynamodb, f"handed-over-{index}", point)
        assert_one_run(walk, told_at_most=3)
        assert ends == [CONTINUED]
        assert walk.world.request()["executionArn"] == arn_of(*walk.ended)
        killed += len(walk.world.calls.kills)

    assert killed == len(points)
    assert len(begun) == 2
    assert calls.names.count("create_execution") == 1
    fault_report("request continued by another execution, and the Lambda killed", killed)


def test_two_equal_requests_sent_on_purpose_both_run_though_lambdas_are_killed(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    def both(customer_id: str, kill: tuple[int, str] | None) -> CountedWorld:
        world = CountedWorld(dynamodb, customer_id)
        world.calls.kill_at = {kill} if kill else set()
        walk = Walk(world)
        walk.send("r1", "r2")
        walk.run()
        return world

    names = both("equal", None).calls.names
    posts = [number for number, name in enumerate(names, 1) if name == "create_execution"]
    killed = 0
    for number in range(posts[0] - 1, posts[-1] + 3):
        world = both(f"equal-{number}", (number, "after"))
        rows = [world.request("r1"), world.request("r2")]
        claimed = [row["workflowExecutionId"] for row in rows]
        assert sorted(claimed) == sorted(run["workflowExecutionId"] for run in world.true_amc.runs)
        assert (len(claimed), {row["status"] for row in rows}) == (2, {"SUCCEEDED"})
        killed += len(world.calls.kills)

    fault_report("two equal requests, and a Lambda killed around their POSTs", killed)


def test_a_lambda_killed_while_it_passes_a_slot_on_leaves_nobody_waiting(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    def one_after_the_other(customer_id: str, kill: tuple[int, str] | None) -> CountedWorld:
        world = CountedWorld(dynamodb, customer_id, limit=1)
        world.calls.kill_at = {kill} if kill else set()
        walk = Walk(world)
        walk.send("r1", "r2")
        walk.run()
        return world

    names = one_after_the_other("line", None).calls.names
    granted, killed = len(names) - names[::-1].index(GRANT), 0
    for number in range(granted, granted + 3):
        world = one_after_the_other(f"line-{number}", (number, "before"))
        assert {world.request(name)["status"] for name in ("r1", "r2")} == {"SUCCEEDED"}
        assert len(world.true_amc.runs) == 2
        assert world.request("r1")["endedAt"] <= world.request("r2")["submittingAt"]
        killed += len(world.calls.kills)

    fault_report("Lambda killed while it passes a slot on", killed)


def test_what_amc_refuses_for_good_is_posted_once_and_lets_the_next_one_run(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    world = CountedWorld(dynamodb, "refused", limit=1)
    world.true_amc.faults = [("before", AmcRefused(400, "the window is too long"))]
    walk = Walk(world)
    walk.send("r1", "r2")
    walk.run()

    refused, next_one = world.request("r1"), world.request("r2")
    assert (refused["status"], next_one["status"]) == ("REJECTED", "SUCCEEDED")
    assert "the window is too long" in refused["reason"]
    assert (world.true_amc.calls.count("POST"), len(world.true_amc.runs)) == (2, 1)
    assert world.semaphores.read("refused").holders == frozenset()
    fault_report("POST refused for good (400)")


def test_without_a_tracker_poll_execution_brings_the_outcome(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    walk = walked(dynamodb, "untracked", tracker=False)

    assert_one_run(walk)
    fault_report("no tracker for an hour", 1)


def test_an_execution_stopped_at_any_state_gives_everything_back(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    def begun(customer_id: str) -> Walk:
        walk = Walk(CountedWorld(dynamodb, customer_id, limit=1))
        walk.send("r1", "r2")
        walk.round()
        return walk

    once, states = begun("once"), dict[str, int]()
    for rounds in itertools.count():
        if execution_name("once", "r2") not in once.executions:
            break
        states.setdefault(once.at[execution_name("once", "r2")], rounds)
        once.round()

    for rounds in states.values():
        walk = begun(f"stopped-{rounds}")
        for _ in range(rounds):
            walk.round()
        walk.stop(execution_name(f"stopped-{rounds}", "r2"))
        walk.run()
        assert_stopped(walk.world)

    assert {"in wait_for_slot", "before submit_execution", "in wait_for_outcome", "before release_slot"} <= set(states)
    fault_report("StopExecution at a state, and its clean-up delivered twice", len(states))


def test_one_stopped_after_a_lost_answer_leaves_no_run_behind_though_its_clean_up_is_killed(
    dynamodb: "DynamoDBServiceResource",
) -> None:
    def undecided(customer_id: str) -> Walk:
        walk = Walk(CountedWorld(dynamodb, customer_id, limit=1))
        walk.world.true_amc.faults = [("never", LOST[1]), LOST]
        walk.send("r1", "r2")
        while "attemptedAt" not in walk.world.request("r2"):
            walk.round()
            assert walk.executions
        walk.stop(execution_name(customer_id, "r2"))
        return walk

    calm = undecided("undecided")
    begun = len(calm.world.calls.names)
    calm.run()
    assert_stopped(calm.world)
    points = [point for point in calm.world.calls.points() if point[0] > begun]
    assert {"list_executions", CLAIM, "cancel_execution"} <= set(calm.world.calls.names[begun:])

    for index, point in enumerate(points):
        walk = undecided(f"undecided-{index}")
        walk.world.calls.kill_at = {point}
        walk.run()
        assert_stopped(walk.world)
        assert walk.world.request("r2")["status"] == "CANCELLED"
        assert walk.world.calls.kills


def assert_stopped(world: CountedWorld) -> None:
    row, gate = world.request("r2"), world.semaphores.read(world.customer_id)
    run = next((run for run in world.true_amc.runs if run["workflowExecutionId"] == row.get("workflowExecutionId")), {})

    assert world.request("r1")["status"] == "SUCCEEDED"
    assert (gate.holders, gate.external, world.semaphores.waiting(world.customer_id, 9)) == (frozenset(), 0, [])
    assert account_slots_after_a_poll(world) == 0
    assert row["status"] == ("SUCCEEDED" if run.get("status") == "SUCCEEDED" else "CANCELLED")
    assert run.get("status") in (None, "CANCELLED", "SUCCEEDED")
    assert len(world.true_amc.runs) == 1 + bool(run)
