"""Lists of runs."""

import pytest

from tests.local.amc_simulator.builders import World


def three_runs(amc: World) -> list[str]:
    """At 12:00:00, 12:01:00 and 12:02:00."""
    runs = []
    for _ in range(3):
        runs.append(amc.run())
        amc.wall.passes(60)
    return runs


def test_newest_come_first_unless_told_otherwise(amc: World) -> None:
    runs = three_runs(amc)

    assert amc.listed("workflowId=reach") == runs[::-1]
    assert amc.listed("workflowId=reach&sortAscending=true") == runs


def test_creation_times_bound_the_list_on_both_sides(amc: World) -> None:
    runs = three_runs(amc)

    assert amc.listed("minCreationTime=2026-11-23T12:01:00") == runs[:0:-1]
    assert amc.listed("workflowId=reach&maxCreationTime=2026-11-23T12:01:00") == runs[1::-1]
    assert amc.listed("minCreationTime=2026-11-23T07:02:00&timeZone=America/New_York") == [runs[2]]


def test_other_workflows_are_left_out_by_id_and_kept_by_time(amc: World) -> None:
    runs = three_runs(amc)
    body = {"workflow": {"workflowId": "other", "sqlQuery": "SELECT COUNT(*) AS n FROM t"}}
    other = amc.call("POST", "/workflowExecutions", body).json()["workflowExecutionId"]

    assert amc.listed("workflowId=reach") == runs[::-1]
    assert amc.listed("minCreationTime=2026-11-23T00:00:00") == [other, *runs[::-1]]


def test_cancelled_runs_are_hidden_unless_asked_for(amc: World) -> None:
    runs = three_runs(amc)
    amc.wall.now -= 60
    amc.call("PUT", f"/workflowExecutions/{runs[2]}", {"status": "CANCELLED"})

    assert amc.listed("workflowId=reach") == runs[1::-1]
    assert amc.listed("workflowId=reach&includeCancelled=true") == runs[::-1]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "limit=5",
        "minCreationTime=2026-11-23T00:00:00Z",
        "minCreationTime=2026-11-23",
        "workflowId=reach&timeZone=Nowhere&minCreationTime=2026-11-23T00:00:00",
        "workflowId=reach&limit=101",
        "workflowId=reach&nextToken=InJlYWNoIg==",
    ],
)
def test_a_bad_query_is_refused(amc: World, query: str) -> None:
    assert amc.call("GET", f"/workflowExecutions?{query}").status == 400


@pytest.mark.parametrize("order", ["", "&sortAscending=true"])
def test_pages_lose_and_repeat_nothing_while_runs_are_added(amc: World, order: str) -> None:
    before = [amc.run() for _ in range(5)]
    seen: list[str] = []
    token = ""

    for _ in range(3):
        page = amc.call("GET", f"/workflowExecutions?workflowId=reach&limit=2&nextToken={token}{order}").json()
        seen += [execution["workflowExecutionId"] for execution in page["executions"]]
        token = page.get("nextToken", "")
        amc.run()

    assert len(seen) == len(set(seen))
    assert set(before) <= set(seen)


def test_a_page_holds_a_hundred_by_default(amc: World) -> None:
    for _ in range(101):
        amc.run()

    assert len(amc.listed("workflowId=reach")) == 100


def test_new_runs_can_be_kept_out_of_lists_for_a_while(amc: World) -> None:
    amc.control("POST", "/configuration", {"listingLagSeconds": 45})
    run = amc.run()
    at_once = amc.listed("workflowId=reach")

    amc.wall.passes(46)

    assert (at_once, amc.listed("workflowId=reach")) == ([], [run])
