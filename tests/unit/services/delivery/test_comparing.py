"""A run that was made again is compared with the one before it: the row, the event, and when it is tried again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.services.delivery.comparing import PATIENCE, TIME_BUDGET, ResultComparison
from tests.builders import a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcUnavailable, CredentialsRefused, InvalidRecord, NotReadyYet, Problem
from wfm.model.json_schema import problems
from wfm.model.result_deliveries import DeliveryOrder, PublishedFile
from wfm.model.runs import run_row

COLUMNS = [
    {"name": "campaign", "columnType": "DIMENSION"},
    {"name": "n", "columnType": "METRIC"},
    {"name": "cost", "columnType": "METRIC"},
]
BEFORE = b"campaign,n,cost\na,100,1.10\nb,100,2.20\n"
AFTER = b"campaign,n,cost\na,110,1.10\nb,100,2.20\nc,0,0\n"
LINEAGE = {"refreshOf": "r0", "refreshAge": "3d"}


@pytest.fixture
def world() -> World:
    world = World(a_tenant_row(bucketName="amc-acme"))
    for run_id, ended, fields in (
        ("before", NOON - timedelta(days=3), {}),
        ("after", NOON, {"supersedes": "before", **LINEAGE}),
    ):
        run = a_run(workflowExecutionId=run_id, status="SUCCEEDED", lastUpdatedTime=iso(ended), outputColumns=COLUMNS)
        known = {"source": "wfm", "definitionHash": "d1"}
        world.executions.rows["acme", run_id] = {**run_row("acme", run, NOON), **known, **fields}
    world.results.found = {"before": [BEFORE], "after": [AFTER]}
    return world


def compared(world: World, asked_at: datetime = NOON) -> Any:
    return ResultComparison(world).run("acme", "after", asked_at)


def change(world: World) -> Any:
    return world.executions.rows["acme", "after"].get("change")


def test_a_change_is_on_the_row_and_announced(world: World) -> None:
    found = compared(world)

    assert found == change(world)
    assert found == {
        "at": "2026-11-23T12:00:00.000Z",
        "rowsBefore": 2,
        "rowsAfter": 3,
        "rowsPercent": "50.00",
        "sameDefinition": True,
        "columns": [
            {"name": "n", "before": "200", "after": "210", "percent": "5.00"},
            {"name": "cost", "before": "3.30", "after": "3.30", "percent": "0.00"},
        ],
    }
    (event,) = world.announcer.changed
    assert problems("changed_event", event) == []
    assert (event["supersedes"], event["refreshAge"], event["rowsAfter"]) == ("before", "3d", 3)
    assert event["columns"] == found["columns"]
    assert (event["largestPercent"], event["percentOf"]) == (50.0, {"n": 5.0, "cost": 0.0})


def test_numbers_that_have_settled_are_on_the_row_and_no_news(world: World) -> None:
    world.results.found["after"] = [BEFORE]

    found = compared(world)

    assert (found["rowsPercent"], [each["percent"] for each in found["columns"]]) == ("0.00", ["0.00", "0.00"])
    assert world.announcer.sent == []


def test_parts_are_one_result_and_written_as_the_workflow_says(world: World) -> None:
    world.workflows.rows["acme", "reach"] = {"outputFormat": {"separatorCharacter": ";"}}
    world.results.found = {
        "before": [b"campaign;n;cost\na;1;\n"],
        "after": [b"campaign;n;cost\na;1;\n", b"", b"campaign;n;cost\nb;2;\n"],
    }

    found = compared(world)

    assert (found["rowsAfter"], found["columns"][0]["after"]) == (2, "3")


def test_a_published_result_is_read_from_the_tenants_bucket(world: World) -> None:
    key = "workflow=reach/schedule=adhoc/2026.csv"
    published = {"outputS3URI": f"s3://amc-acme/{key}", "resultDelivery": "AVAILABLE"}
    world.executions.rows["acme", "after"] |= published

    compared(world)

    assert [order.published for order in world.results.asked] == [None, PublishedFile("amc-acme", key)]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        pytest.param(b"campaign,n,cost\n", AFTER, (0, 3, ["n 0 210", "cost 0 3.30"]), id="an empty result"),
        pytest.param(b"", AFTER, (0, 3, ["n  210", "cost  3.30"]), id="a file with nothing in it"),
        pytest.param(
            BEFORE,
            b"campaign,n,cost\na,,\nb,100,2.20\n",
            (2, 2, ["n 200 100", "cost 3.30 2.20"]),
            id="a suppressed row",
        ),
        pytest.param(
            BEFORE, b"campaign,n,cost\na,lots,1\n", (2, 1, ["cost 3.30 1", "n 200 "]), id="a number that is none"
        ),
    ],
)
def test_what_amc_leaves_out_is_no_number(world: World, before: bytes, after: bytes, said: Any) -> None:
    world.results.found = {"before": [before], "after": [after]}

    found = compared(world)

    columns = [f"{each['name']} {each.get('before', '')} {each.get('after', '')}" for each in found["columns"]]
    assert (found["rowsBefore"], found["rowsAfter"], columns) == said
    assert problems("changed_event", world.announcer.changed[0]) == []


def test_without_metrics_the_rows_are_compared(world: World) -> None:
    for row in world.executions.rows.values():
        row["outputColumns"] = COLUMNS[:1]

    found = compared(world)

    assert (found["rowsAfter"], found["columns"]) == (3, [])
    assert problems("changed_event", world.announcer.changed[0]) == []


@pytest.mark.parametrize(
    ("after", "said"),
    [
        pytest.param([b"campaign,clicks,cost\na,1,1\n"], "its columns are others: n gone; clicks new", id="columns"),
        pytest.param([AFTER, b"n,campaign,cost\n1,a,1\n"], "parts of different columns", id="parts"),
        pytest.param([b"n\n\xe9\n"], "cannot be read", id="another encoding"),
        pytest.param(InvalidRecord([Problem("the result", "is none")]), "the result: is none", id="refused"),
    ],
)
def test_what_cannot_be_compared_is_said_in_words_and_no_news(world: World, after: Any, said: str) -> None:
    world.results.found["after"] = after

    assert said in compared(world)["reason"]
    assert said in change(world)["reason"]
    assert world.announcer.sent == []


def test_a_run_of_which_nothing_is_kept_cannot_be_compared_with(world: World) -> None:
    del world.executions.rows["acme", "before"]

    assert compared(world)["reason"] == "nothing is kept of run before any more"
    assert world.results.asked == []


def test_a_result_that_is_gone_a_day_after_its_run_does_not_come_back(world: World) -> None:
    del world.results.found["before"]

    assert compared(world)["reason"] == "AMC has no file of run before"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(NotReadyYet("AMC has no file of run after"), id="not published"),
        pytest.param(AmcRefused(403, "no access to the instance"), id="AMC lets nobody in"),
        pytest.param(CredentialsRefused("no access to the account"), id="the login is refused"),
        pytest.param(AmcUnavailable("502"), id="AMC is away"),
    ],
)
def test_what_may_pass_is_waited_for_and_given_up_after_a_day_in_words(world: World, error: Exception) -> None:
    world.results.found["after"] = error

    with pytest.raises(type(error)):
        compared(world)
    waiting = change(world)
    world.clock.pass_seconds(PATIENCE.total_seconds())

    assert waiting is None
    assert compared(world)["reason"] == str(error)
    assert world.announcer.sent == []


def test_a_tenant_that_is_onboarded_anew_is_waited_for(world: World) -> None:
    world.tenants.save("acme", status="PROVISIONING")

    with pytest.raises(NotReadyYet, match="is being onboarded"):
        compared(world)
    world.tenants.save("acme", status="ACTIVE")

    assert compared(world)["rowsAfter"] == 3


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param({"acme": a_tenant_row(status="OFFBOARDED")}, "acme is OFFBOARDED", id="offboarded"),
        pytest.param({}, "acme is no tenant any more", id="no row"),
    ],
)
def test_of_a_tenant_that_has_gone_nothing_is_read(world: World, rows: Any, said: str) -> None:
    world.tenants.rows = rows

    assert compared(world)["reason"] == said
    assert world.results.asked == []


def test_two_results_in_one_file_are_not_told_apart(world: World) -> None:
    published = {"outputS3URI": "s3://amc-acme/workflow=reach/2026.csv", "resultDelivery": "AVAILABLE"}
    for row in world.executions.rows.values():
        row.update(published)

    assert compared(world)["reason"] == "AMC has published both results as one file"
    assert world.announcer.sent == []


@pytest.mark.parametrize("silent", [pytest.param("before", id="the older"), pytest.param("after", id="the newer")])
def test_where_amc_names_the_metrics_of_one_run_alone_they_are_those_of_both(world: World, silent: str) -> None:
    world.results.found = {"before": [b"campaign,n,cost\n7,1,2\n"], "after": [b"campaign,n,cost\n7,1,2\n"]}
    del world.executions.rows["acme", silent]["outputColumns"]

    assert [each["name"] for each in compared(world)["columns"]] == ["n", "cost"]
    assert world.announcer.sent == []


def test_results_that_take_longer_than_a_lambda_has_are_said_to(world: World) -> None:
    read = world.results.parts

    def slowly(order: DeliveryOrder) -> list[Iterator[bytes]]:
        return [_passing(world, TIME_BUDGET / 3, part) for part in read(order)]

    world.results.parts = slowly  # type: ignore[method-assign]

    assert compared(world)["reason"].startswith("the results are too large for 14 minutes")


def _passing(world: World, time: timedelta, part: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in part:
        world.clock.pass_seconds(time.total_seconds())
        yield chunk


def test_an_event_that_comes_twice_tells_once(world: World) -> None:
    compared(world)
    world.clock.pass_seconds(60)

    assert compared(world) is None
    assert (len(world.announcer.changed), change(world)["at"]) == (1, "2026-11-23T12:00:00.000Z")


def test_a_crash_after_the_event_repeats_it_under_the_same_id(world: World) -> None:
    record, world.executions.record_change = world.executions.record_change, _fail  # type: ignore[method-assign,assignment]
    with pytest.raises(ConnectionError):
        compared(world)
    world.executions.record_change = record  # type: ignore[method-assign]

    compared(world)

    first, again = world.announcer.changed
    assert first["eventId"] == again["eventId"]
    assert change(world)["rowsAfter"] == 3


@pytest.mark.parametrize("gone", [pytest.param("row", id="forgotten"), pytest.param("supersedes", id="a first run")])
def test_where_there_is_nothing_to_compare_nothing_is_done(world: World, gone: str) -> None:
    if gone == "row":
        del world.executions.rows["acme", "after"]
    else:
        del world.executions.rows["acme", "after"]["supersedes"]

    assert compared(world) is None
    assert (world.results.asked, world.announcer.sent) == ([], [])


def _fail(*_: Any) -> None:
    raise ConnectionError("try again")
