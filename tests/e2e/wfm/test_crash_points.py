"""Every Lambda on a request's way killed at every call that others can see: one AMC run and its outcome all the same.

Some points kill in one request, at most one in each of its steps. What takes minutes of the wall's clock is shortened
from outside: how long a message hides whose Lambda was killed, and how long a POST that was not answered is waited for.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import zip_longest

import pytest

from tests.e2e.crash_scenes import INVISIBLE_SECONDS, Plan, Scene, finish, hide_for, play, send_again
from tests.e2e.crashes import AFTER, BEFORE, EACH, Crashes, Point
from tests.e2e.deployment import Deployment
from tests.reliability.report import FaultReport

REQUESTS, TENANTS, RUNS = "UpdateItem ExecutionRequests", "UpdateItem Tenants", "UpdateItem Executions"
SEIZE, GRANT, WOKEN = (f"TransactWriteItems {'+'.join(['Gate'] * items)}" for items in (2, 3, 1))
ENTER = LEAVE = SEIZE
CLAIM, POST = "TransactWriteItems Executions+ExecutionRequests", "POST workflowExecutions"
ACCOUNT = "UpdateItem Gate"  # a slot of the AMC account is taken or given back
LEARN = "PutItem Gate"  # how long the workflow takes
PASSED_ON = (GRANT, "SendTaskSuccess", WOKEN)
CALLS = {
    "StartExecution": ["PutItem ExecutionRequests", "StartExecution"],
    "PrepareExecution": [REQUESTS],
    "WaitForSlot": [ACCOUNT, SEIZE, "SendTaskSuccess"],
    "SubmitExecution": [REQUESTS, POST, CLAIM, TENANTS],
    "WaitForOutcome": [REQUESTS],
    "TrackTenant": [TENANTS, RUNS, LEARN, TENANTS],
    "AnnounceExecution": ["PutEvents", RUNS, "SendTaskSuccess", "PutEvents", "Publish", RUNS],
    "ReleaseSlot": [REQUESTS, LEAVE, ACCOUNT],
}
# A poll between a run's end and ReleaseSlot, which a busy machine leaves room for, takes the slot back itself.
SOONER_THAN_RELEASE = {("TrackTenant", call) for call in (LEAVE, ACCOUNT, GRANT, "SendTaskSuccess", WOKEN)}
TOLD_FIRST = 4  # of AnnounceExecution's points: those of a run's beginning
FOR_DEAD_POLLS = {"PollExecution": [RUNS]}  # while every poll of the tenant is killed
AT_A_STOP = {
    "CleanUpExecution": [REQUESTS, "PUT workflowExecutions", "PutEvents", "Publish", REQUESTS, LEAVE, ACCOUNT],
}
STEPS = CALLS | FOR_DEAD_POLLS | AT_A_STOP
TRIES = 4  # a point may not come up: then another step's crash has led a request another way

pytestmark = pytest.mark.timeout(1800)  # half a minute where nothing else runs; the first test waits for all requests


def points(function: str, calls: Iterable[str]) -> list[Point]:
    """Before and after each of a function's calls."""
    seen = Counter[str]()
    found = list[Point]()
    for call in calls:
        seen[call] += 1
        found += [Point(function, call, seen[call], when) for when in (BEFORE, AFTER)]
    return found


DEAD_POLLS = Point("TrackTenant", RUNS, EACH, BEFORE)
POINTS = [point for function in (*CALLS, *FOR_DEAD_POLLS) for point in points(function, STEPS[function])]
PASSING_ON = [
    *(Point("WaitForSlot", ENTER, 2, when) for when in (BEFORE, AFTER)),  # of the one that waits
    *(Point("ReleaseSlot", ACCOUNT, 2, when) for when in (BEFORE, AFTER)),
    *points("ReleaseSlot", PASSED_ON),
]
LOST = [
    Point("SubmitExecution", POST, 1, AFTER),
    *(Point("SubmitExecution", REQUESTS, 2, when) for when in (BEFORE, AFTER)),
    *(Point("SubmitExecution", CLAIM, 1, when) for when in (BEFORE, AFTER)),
]
OF_A_STOP = points("CleanUpExecution", STEPS["CleanUpExecution"])


def scenario() -> list[Plan]:
    """As few requests as can be. Where no poll of the tenant lives, PollExecution brings the outcome."""
    columns: dict[str, list[Point | None]] = {function: [*points(function, STEPS[function])] for function in CALLS}
    told = columns.pop("AnnounceExecution")
    beginning, ending = told[:TOLD_FIRST], told[TOLD_FIRST:]
    awaited = len(PASSING_ON)
    columns["AnnounceExecution"] = [*beginning, *ending[awaited:]]
    return [
        Plan(),
        *(Plan(frozenset(p for p in OF_A_STOP if p.when == when), is_stopped=True) for when in (BEFORE, AFTER)),
        *(Plan(frozenset(filter(None, row))) for row in zip_longest(*columns.values())),
        *(Plan(frozenset({DEAD_POLLS, point})) for point in points("PollExecution", STEPS["PollExecution"])),
        *(
            Plan(frozenset(filter(None, row)), is_lost=True, is_awaited=True)
            for row in zip_longest(LOST, PASSING_ON, ending[:awaited])
        ),
    ]


@pytest.fixture(scope="module")
def crashes(wfm: Deployment) -> Iterator[Crashes]:
    name = f"{wfm.runtime.stack}-execution_lifecycle-stopped"
    queue = wfm.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    before = hide_for(wfm, queue, INVISIBLE_SECONDS)
    try:
        with Crashes(wfm, STEPS) as crashes:
            yield crashes
    finally:
        hide_for(wfm, queue, before)


@pytest.fixture(scope="module")
def scenes(wfm: Deployment, crashes: Crashes) -> list[Scene]:
    """All of them, over, and their messages sent once more; a point that did not come up has had another try."""
    played, plans = list[Scene](), scenario()
    for _ in range(TRIES):
        playing = play(wfm, crashes, plans)
        played += playing
        plans = finish(playing)
        if not plans or never_made(crashes, played):
            break
    assert not never_made(crashes, played)
    assert not plans
    send_again(played)
    return played


def never_made(crashes: Crashes, scenes: list[Scene]) -> set[tuple[str, str, int]]:
    """Calls of the table that the first request, which nothing harms, has not made: the table is out of date.

    How its end is seen depends on how busy the machine is: an hour without a sign of life is ten seconds here.
    """
    unharmed, *_ = scenes
    sure = set(CALLS) - {"TrackTenant", "AnnounceExecution"}
    table = {(point.function, point.call, point.nth) for point in POINTS if point.function in sure}
    return table - set(crashes.seen(unharmed.tenant))


def assert_one_run_each(scene: Scene) -> None:
    rows, runs = scene.tenant.requests(), scene.tenant.runs_in_amc()
    status = "CANCELLED" if scene.plan.is_stopped else "SUCCEEDED"
    killed = [str(point) for point in scene.killed()]

    assert {name: row["status"] for name, row in rows.items()} == dict.fromkeys(scene.requests, status), killed
    claimed = sorted(row["workflowExecutionId"] for row in rows.values())
    assert claimed == sorted(run["workflowExecutionId"] for run in runs), killed
    assert {run["status"] for run in runs} == {status}, killed
    assert [row["sk"] for row in scene.tenant._query("GateTable")] == ["GATE"], killed
    assert "holders" not in scene.tenant.gate(), killed


def those(scenes: list[Scene], *, lost: bool = False, stopped: bool = False) -> list[Scene]:
    return [scene for scene in scenes if (scene.plan.is_lost, scene.plan.is_stopped) == (lost, stopped)]


def kills(scenes: list[Scene]) -> set[Point]:
    return {point for scene in scenes for point in scene.killed()}


def test_an_unharmed_request_makes_no_other_calls_than_those_that_kill(crashes: Crashes, scenes: list[Scene]) -> None:
    unharmed, *_ = scenes

    seen = {(function, call) for function, call, _ in crashes.seen(unharmed.tenant)}

    assert_one_run_each(unharmed)
    killing = {(function, call) for function, calls in STEPS.items() for call in calls}
    assert sorted(seen - killing - SOONER_THAN_RELEASE) == []


def test_a_lambda_killed_at_any_call_leaves_one_run_and_its_outcome(
    scenes: list[Scene], fault_report: FaultReport
) -> None:
    for scene in those(scenes):
        assert_one_run_each(scene)
    assert kills(scenes) == {*POINTS, *LOST, *PASSING_ON, *OF_A_STOP, DEAD_POLLS}
    fault_report("Lambda killed at a call that others can see, in the deployed assembly", len(POINTS))


def test_a_lost_answer_and_a_killed_lambda_leave_one_run_and_whoever_waits_gets_the_slot(
    scenes: list[Scene], fault_report: FaultReport
) -> None:
    lost = those(scenes, lost=True)

    for scene in lost:
        assert_one_run_each(scene)
        assert len(scene.tenant.calls("POST workflowExecutions")) == len(scene.requests)
    assert kills(lost) >= {*LOST, *PASSING_ON}
    fault_report("answer to the POST lost, and the Lambda killed, in the deployed assembly", len(LOST))
    fault_report("Lambda killed while it passes a slot on, in the deployed assembly", len(PASSING_ON))


def test_a_clean_up_killed_at_every_call_leaves_a_cancelled_run_and_a_free_slot(
    scenes: list[Scene], fault_report: FaultReport
) -> None:
    stopped = those(scenes, stopped=True)

    for scene in stopped:
        assert_one_run_each(scene)
    assert kills(stopped) == {*OF_A_STOP}
    fault_report("StopExecution, and its clean-up killed at every call, in the deployed assembly", len(OF_A_STOP))
