"""`wfm results compare`: how much two results differ, beside the run whose place one takes or beside any other."""

import json
from typing import Any

import boto3
import pytest

from tests.wfm.commands import Run

BODY = {"workflowId": "reach", "timeWindowType": "EXPLICIT", "timeWindowStart": "2026-11-16T00:00:00"}
COLUMNS = [{"name": "campaign", "columnType": "DIMENSION"}, {"name": "n", "columnType": "METRIC"}]


def put(deployed: Any, name: str, text: str, *, end: str = "2026-11-23", **run: Any) -> None:
    """A request and its run, whose result is in the bucket."""
    body = {**BODY, "timeWindowEnd": f"{end}T00:00:00"}
    asked = {"customerId": "acme", "requestId": name, "payload": body}
    ended = {"endedAt": "2026-11-23T15:00:00.000Z", "workflowExecutionId": f"e-{name}"}
    deployed.put_request(name, "SUCCEEDED", execution=body, request=asked, **ended)
    key = f"workflow=reach/schedule=adhoc/{name}.csv"
    where = {"outputS3URI": f"s3://amc/amc1/{key}", "lastUpdatedTime": "2026-11-23T14:10:00.000Z", "requestId": name}
    row = {"outputColumns": COLUMNS, "definitionHash": "abc", **where, **run}
    deployed.put_execution(f"e-{name}", "SUCCEEDED", **row)
    boto3.client("s3").put_object(Bucket="results", Key=key, Body=text.encode())


@pytest.fixture
def two(deployed: Any) -> Any:
    """A first run, and the one that took its place."""
    boto3.client("s3").create_bucket(Bucket="results")
    deployed.put_tenant(bucketName="results")
    put(deployed, "r1", "campaign,n\n7,1000\n")
    put(deployed, "r2", "campaign,n\n7,1100\n8,50\n", supersedes="e-r1", refreshOf="r1", refreshAge="3d")
    return deployed


def table(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines()]


def test_a_run_is_compared_with_the_one_whose_place_it_takes(two: Any, command: Run) -> None:
    ended = command("results", "compare", "acme/r2")

    assert (ended.code, ended.err) == (0, "note: r2 beside r1, 2026-11-16 to 2026-11-23\n")
    assert table(ended.out) == [
        ["COLUMN", "BEFORE", "AFTER", "CHANGE"],
        ["rows", "1", "2", "+100.00%"],
        ["n", "1,000", "1,150", "+15.00%"],
    ]


def test_results_are_read_with_the_signs_that_their_workflow_says(two: Any, command: Run) -> None:
    row = {"customerId": "acme", "workflowId": "reach", "outputFormat": {"separatorCharacter": ";"}}
    two.table("Workflows").put_item(Item=row)
    put(two, "r3", "campaign;n\n7,5;1000\n")
    put(two, "r4", "campaign;n\n7,5;1500\n")

    answer = json.loads(command("results", "compare", "acme/r3", "acme/r4", "--json").out)

    assert answer["columns"] == [{"name": "n", "before": "1000", "after": "1500", "percent": "50.00"}]


def test_metrics_that_amc_names_of_one_run_alone_are_those_of_both(two: Any, command: Run) -> None:
    put(two, "r3", "campaign,n\n7,1500\n", outputColumns=[])

    for ids in (("acme/r1", "acme/r3"), ("acme/r3", "acme/r1")):
        answer = json.loads(command("results", "compare", *ids, "--json").out)
        assert [each["name"] for each in answer["columns"]] == ["n"]


def test_any_two_are_compared_the_first_named_as_the_older(two: Any, command: Run) -> None:
    answer = json.loads(command("results", "compare", "acme/r2", "acme/e-r1", "--json").out)

    assert (answer["before"]["id"], answer["after"]["id"]) == ("r2", "r1")
    assert (answer["sameDefinition"], answer["sameWindow"], answer["rowsPercent"]) == (True, True, "-50.00")
    assert answer["columns"] == [{"name": "n", "before": "1150", "after": "1000", "percent": "-13.04"}]


def test_what_else_differs_is_said(two: Any, command: Run) -> None:
    put(two, "r3", "campaign,n\n", end="2026-11-24", definitionHash="def")

    ended = command("results", "compare", "acme/r1", "acme/r3")

    assert ended.err.splitlines()[1:] == [
        "note: their windows differ: r1 read 2026-11-16 to 2026-11-23",
        "note: two definitions made them: not only the data differ",
    ]
    assert table(ended.out)[1:] == [["rows", "1", "0", "-100.00%"], ["n", "1,000", "0", "-100.00%"]]


def test_in_python_too(two: Any) -> None:
    found = two.wfm.results.compare("acme", "r2")

    assert [run.run_id for run in found.runs] == ["r1", "r2"]
    assert str(found.change.columns[0].percent) == "15.00"


@pytest.mark.parametrize(
    ("ids", "told"),
    [
        pytest.param(["acme/r1"], "r1: it takes the place of no other run; allowed: two runs", id="a first run"),
        pytest.param(["acme/r1", "acme/r2", "acme/e-r1"], "ID: 3 runs are too many; allowed: one, or two", id="three"),
        pytest.param(["acme/r1", "birch/r2"], "ID: acme and birch are two customers", id="two customers"),
        pytest.param(["acme/r1", "acme/r4"], "r4: PENDING", id="no result"),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(two: Any, command: Run, ids: list[str], told: str) -> None:
    two.put_tenant("birch")
    two.put_request("r4", "SUCCEEDED", workflowExecutionId="e-r4")
    two.put_execution("e-r4", "SUCCEEDED", requestId="r4")

    ended = command("results", "compare", *ids)

    assert ended.code == 2
    assert told in ended.err
