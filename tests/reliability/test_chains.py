"""A chain runs each of its links once though its Lambdas are killed, before and after every call that others see."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import Key

from tests.reliability.chain_walk import ChainWalk
from tests.reliability.report import FaultReport

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

THREE: dict[str, Any] = {"overlap": {"workflow": "reach"}, "export": {"workflow": "overlap"}}
FAULT = "Lambda killed around the sending of a link of a chain"
AROUND = 2  # calls before and after
DIAMOND: dict[str, Any] = {
    "left": {"workflow": "reach"},
    "right": {"workflow": "reach"},
    "both": {"all": ["left", "right"]},
    "first": {"any": ["left", "right"]},
}


def walked(
    dynamodb: "DynamoDBServiceResource", customer_id: str, links: dict[str, Any], kill: tuple[int, str] | None = None
) -> ChainWalk:
    """One request from its message to the end of all that runs after it, and its message once more."""
    walk = ChainWalk(dynamodb, customer_id, links)
    walk.world.calls.kill_at = {kill} if kill else set()
    walk.send("r1")
    walk.run()
    walk.send("r1")
    walk.run()
    return walk


def rows_of(walk: ChainWalk) -> list[dict[str, Any]]:
    """All rows of ExecutionRequests."""
    condition = Key("customerId").eq(walk.world.customer_id)
    found: list[dict[str, Any]] = walk.world.rows["ExecutionRequests"].query(KeyConditionExpression=condition)["Items"]
    return found


def assert_each_ran_once(walk: ChainWalk, links: dict[str, Any]) -> None:
    """One run of each workflow, each request SUCCEEDED, none is left open, no slot is held."""
    world, killed = walk.world, " ".join(walk.world.calls.kills)
    rows = rows_of(walk)
    requests = [row for row in rows if "status" in row]

    assert walk.runs() == dict.fromkeys(sorted(["reach", *links]), 1), killed
    assert [row["status"] for row in requests] == ["SUCCEEDED"] * (1 + len(links)), killed
    assert [row["requestId"] for row in rows if "openSince" in row or "chainProblem" in row] == [], killed
    assert len(rows) - len(requests) == 1, killed  # the chain's own
    assert world.semaphores.read(world.customer_id).holders == frozenset(), killed


def assert_survives_a_kill_anywhere(
    dynamodb: "DynamoDBServiceResource", name: str, links: dict[str, Any], calls: set[str]
) -> int:
    calls_made = walked(dynamodb, f"{name}-unharmed", links).world.calls
    points = [point for point in calls_made.points() if _is_of_a_link(point[0], calls_made.names)]
    kills: list[str] = []
    for index, point in enumerate(points):
        walk = walked(dynamodb, f"{name}-{index}", links, point)
        assert_each_ran_once(walk, links)
        kills += walk.world.calls.kills
    assert len(kills) == len(points)
    assert calls <= set(kills)
    return len(kills)


def _is_of_a_link(number: int, names: list[str]) -> bool:
    """Whether a call is one of those around the sending of a link; test_crash_points has those of any request."""
    return "send" in names[max(number - 1 - AROUND, 0) : number + AROUND]


OF_CHAINS = {"before PutItem ExecutionRequests", "before send", "before UpdateItem ExecutionRequests"}


def test_a_lambda_killed_at_any_call_of_a_chain_of_three_leaves_one_run_of_each(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    fault_report(FAULT, assert_survives_a_kill_anywhere(dynamodb, "three", THREE, OF_CHAINS))


def test_links_of_several_parents_run_once_wherever_one_of_their_ends_is_killed(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    fault_report(FAULT, assert_survives_a_kill_anywhere(dynamodb, "diamond", DIAMOND, OF_CHAINS))


def test_a_backfill_ends_a_window_before_it_begins_many(dynamodb: "DynamoDBServiceResource") -> None:
    """All of its requests wait from the beginning; what follows one of them has its place in the line.

    A run takes longer than the way of a request to a slot, as AMC's do.
    """
    walk = ChainWalk(dynamodb, "windows", THREE, run_takes=timedelta(minutes=5))
    for day in range(1, 9):
        window = {"timeWindowStart": f"2026-10-{day:02d}T00:00:00", "timeWindowEnd": f"2026-10-{day + 1:02d}T00:00:00"}
        payload = {"workflowId": "reach", "timeWindowType": "EXPLICIT", **window}
        walk.send(f"b1-{day}", priority="backfill", source="backfill:b1", payload=payload)

    walk.run()

    rows = [row for row in rows_of(walk) if "status" in row]
    asked = {row["workflowExecutionId"]: (row["workflowId"], row["execution"]["timeWindowStart"][8:10]) for row in rows}
    begun = [asked[run["workflowExecutionId"]] for run in walk.world.true_amc.runs]
    assert walk.runs() == {"export": 8, "overlap": 8, "reach": 8}
    assert begun.index(("export", "01")) < begun.index(("reach", "06"))
    sources = {walk.world.request(f"b1-{day}")["source"] for day in range(1, 9)}
    assert sources == {"backfill:b1"}
