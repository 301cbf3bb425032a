"""A window is run again once at each age though Lambdas are killed, before and after every call that others see."""

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from boto3.dynamodb.conditions import Key

from functions.services.reconciliation.sweep import resend_requests
from tests.fakes import NOON, FakeStoppedExecutions
from tests.reliability.calls import Killed
from tests.reliability.chain_walk import ChainWalk
from tests.reliability.report import FaultReport
from tests.reliability.world import MACHINE
from wfm.model.statuses import TenantStatus

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

FAULT = "Lambda killed around a run that is made again as its window's numbers settle"
AGES: Final = ("3d", "14d")
SWEEPS: Final = (0.1, 2.5, 2.6, 2.7, 13.5, 13.6, 13.7)  # days since NOON; the window ended at midnight before it


class RefreshWalk(ChainWalk):
    """One request and what is made of it at each age; `watched` are its calls around the sweeps and the first age."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", customer_id: str) -> None:
        super().__init__(dynamodb, customer_id, {})
        self.world.stopped_executions = FakeStoppedExecutions()  # type: ignore[attr-defined]
        self.watched = set[int]()

    def whole(self) -> None:
        """From the message to the last age, with sweeps; a killed one comes again."""
        self.send("r1", refresh=[*AGES])
        self.run()
        for days in SWEEPS:
            self.world.clock.now = max(self.world.clock(), NOON + timedelta(days=days))
            begun = len(self.world.calls.names)
            self.sweep()
            self._watch(begun)
            self.run()
            if days == SWEEPS[1]:
                self._watch(begun)

    def _watch(self, begun: int) -> None:
        self.watched |= {*range(begun + 1, len(self.world.calls.names) + 1)}

    def sweep(self) -> None:
        """Reconcile, of requests alone."""
        ports: Any = self.world
        with suppress(Killed):
            resend_requests(MACHINE, "stopped", ports.tenants.with_status(*TenantStatus), ports)
        self.world.calls.handler_returns()

    def rows(self) -> list[dict[str, Any]]:
        """The requests, the first before those of the ages."""
        condition = Key("customerId").eq(self.world.customer_id)
        found = self.world.rows["ExecutionRequests"].query(KeyConditionExpression=condition)["Items"]
        ages = [None, *AGES]
        return sorted(map(dict, found), key=lambda row: ages.index(row.get("refreshAge")))


def walked(dynamodb: "DynamoDBServiceResource", customer_id: str, kill: tuple[int, str] | None = None) -> RefreshWalk:
    walk = RefreshWalk(dynamodb, customer_id)
    walk.world.calls.kill_at = {kill} if kill else set()
    walk.whole()
    return walk


def assert_each_age_ran_once(walk: RefreshWalk) -> None:
    """One run more for each age, which names the one before it, as that names it; none is left open."""
    killed = " ".join(walk.world.calls.kills)
    rows = walk.rows()
    runs = [row["workflowExecutionId"] for row in rows]

    assert [(row.get("refreshAge"), row["status"]) for row in rows] == [(age, "SUCCEEDED") for age in (None, *AGES)], (
        killed
    )
    assert walk.runs() == {"reach": 1 + len(AGES)}, killed
    assert [row.get("supersedes") for row in rows] == [None, *runs[:-1]], killed
    assert [row.get("supersededBy") for row in rows] == [*runs[1:], None], killed
    assert not any({"openSince", "refreshDue"} & row.keys() for row in rows), killed
    assert {one["requestId"] for one in rows[0]["refreshes"].values()} == {row["requestId"] for row in rows[1:]}, killed


def test_a_lambda_killed_at_any_call_around_an_age_leaves_one_run_of_each(
    dynamodb: "DynamoDBServiceResource", fault_report: FaultReport
) -> None:
    unharmed = walked(dynamodb, "unharmed")
    assert_each_age_ran_once(unharmed)
    points = [point for point in unharmed.world.calls.points() if point[0] in unharmed.watched]

    kills: list[str] = []
    for index, point in enumerate(points):
        walk = walked(dynamodb, f"killed-{index}", point)
        assert_each_age_ran_once(walk)
        kills += walk.world.calls.kills

    assert len(kills) == len(points) > 10
    assert {"before send", "before UpdateItem ExecutionRequests", "before UpdateItem Executions"} <= set(kills)
    fault_report(FAULT, len(kills))
