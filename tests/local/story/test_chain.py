from typing import Any

import pytest

from local.story.cast import CLIENTS
from local.story.chain import is_in_order, over_limit, wrong_values
from local.story.library import WORKFLOWS
from wfm.client.records import Request
from wfm.client.runs.run import Run

FIRST, SECOND = CLIENTS[:2]
WEEK = {"timeWindowStart": "2026-11-23T00:00:00", "timeWindowEnd": "2026-11-30T00:00:00"}
NEXT = {"timeWindowStart": "2026-11-30T00:00:00", "timeWindowEnd": "2026-12-07T00:00:00"}


def a_run(workflow: str, asked: str, ended: str | None, window: dict[str, str] = WEEK) -> Run:
    row: dict[str, Any] = {"customerId": FIRST.customer_id, "requestId": workflow, "status": "SUCCEEDED"}
    row |= {"workflowId": workflow, "requestedAt": asked, "execution": {"timeWindowType": "EXPLICIT", **window}}
    return Run(Request.from_row(row | ({"endedAt": ended} if ended else {})), None)


def chain(*times: tuple[str, str | None]) -> list[Run]:
    return [a_run(workflow, *both) for workflow, both in zip(WORKFLOWS, times, strict=True)]


def test_a_chain_is_in_order_when_each_began_after_the_end_of_the_one_before() -> None:
    assert is_in_order(chain(("10:00", "10:01"), ("10:01", "10:02"), ("10:03", None)))


@pytest.mark.parametrize(
    "runs",
    [
        chain(("10:00", "10:02"), ("10:01", "10:03"), ("10:04", "10:05")),
        chain(("10:00", None), ("10:01", "10:03"), ("10:04", "10:05")),
        chain(("10:00", "10:01"), ("10:01", "10:03"), ("10:04", "10:05"))[:2],
        [*chain(("10:00", "10:01"), ("10:01", "10:03"), ("10:04", "10:05"))[:2], a_run("x", "10:04", "10:05", NEXT)],
    ],
    ids=["too-early", "not-ended", "too-few", "another-window"],
)
def test_a_chain_is_not_in_order_otherwise(runs: list[Run]) -> None:
    assert not is_in_order(runs)


def test_a_value_of_somebody_else_is_found() -> None:
    right = {"brand": FIRST.brand, "asins": FIRST.hero_asins}
    of_second = {"asins": FIRST.hero_asins}

    assert wrong_values([(FIRST.tenant.instance_id, right), (FIRST.tenant.instance_id, {})]) == []
    assert wrong_values([(SECOND.tenant.instance_id, of_second)]) == [SECOND.tenant.instance_id]


def test_who_had_more_runs_than_its_limit_is_named() -> None:
    def levels(peak: int) -> dict[str, Any]:
        return {FIRST.tenant.instance_id: {"all": {"peakUnfinished": peak}}}

    assert over_limit(levels(FIRST.tenant.limit)) == []
    assert over_limit(levels(FIRST.tenant.limit + 1)) == [FIRST.customer_id]
