"""`wfm results get` of many runs: a file for each, or one for all; what has none is named, and what is there stays."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.wfm.commands import Run

GET = ("results", "get", "--backfill", "b1", "--customer", "acme,birch")


def put_run(deployed: Any, customer: str, month: int, status: str = "SUCCEEDED", text: str = "name,n\na,1\n") -> None:
    """A request of the backfill with its run, and its result in the bucket."""
    name = f"{customer[0]}{month}{'' if status == 'SUCCEEDED' else 'x'}"
    ends = {"timeWindowStart": f"2026-{month:02}-01T00:00:00", "timeWindowEnd": f"2026-{month + 1:02}-01T00:00:00"}
    body = {"workflowId": "reach", "timeWindowType": "EXPLICIT", **ends}
    asked = {"customerId": customer, "requestId": name, "payload": body}
    row = {"source": "backfill:b1", "backfillId": "b1", "execution": body, "request": asked}
    ended = {"endedAt": "2026-11-23T15:00:00.000Z", "workflowExecutionId": f"e-{name}"}
    deployed.put_request(name, status, customerId=customer, **row, **ended)
    key = f"workflow=reach/schedule=adhoc/{name}.csv"
    where = {"outputS3URI": f"s3://amc/amc1/{key}", "lastUpdatedTime": "2026-11-23T14:10:00.000Z", "requestId": name}
    deployed.put_execution(f"e-{name}", status, customerId=customer, source="backfill:b1", **where)
    if status == "SUCCEEDED":
        boto3.client("s3").put_object(Bucket="results", Key=key, Body=text.encode())


@pytest.fixture
def backfill(deployed: Any) -> Any:
    """Of acme and birch, three months: one failed and was made up for, one failed for good."""
    boto3.client("s3").create_bucket(Bucket="results")
    for customer in ("acme", "birch"):
        deployed.put_tenant(customer, bucketName="results")
    put_run(deployed, "acme", 7)
    put_run(deployed, "acme", 8, "FAILED")
    put_run(deployed, "acme", 8, text="name,n\nb,2\nc,3\n")
    put_run(deployed, "birch", 7, text='name,n\n"d\ne",4\n')
    put_run(deployed, "birch", 9, "FAILED")
    return deployed


def test_each_run_has_a_file_and_what_has_none_is_named(backfill: Any, command: Run, tmp_path: Path) -> None:
    ended = command(*GET, "-o", "got/", "--json")

    files = {path.name: path.read_text() for path in (tmp_path / "got").iterdir()}
    assert files == {
        "acme-reach-2026-07-01-a7.csv": "name,n\na,1\n",
        "acme-reach-2026-08-01-a8.csv": "name,n\nb,2\nc,3\n",
        "birch-reach-2026-07-01-b7.csv": 'name,n\n"d\ne",4\n',
    }
    (lacking,) = [one for one in json.loads(ended.out) if one["outcome"] != "WRITTEN"]
    assert (lacking["customerId"], lacking["id"], lacking["outcome"]) == ("birch", "b9x", "NO RESULT")
    assert (ended.code, ended.err) == (5, "3 of 4 written, 1 failed; the same command again does only what is left\n")


def test_the_same_command_again_gets_only_what_is_left(backfill: Any, command: Run, tmp_path: Path) -> None:
    command(*GET, "-o", "got/")
    (tmp_path / "got" / "acme-reach-2026-07-01-a7.csv").write_text("mine")
    (tmp_path / "got" / "birch-reach-2026-07-01-b7.csv").unlink()

    again = command(*GET, "-o", "got/")

    assert again.err.startswith("1 of 4 written, 2 had nothing left to do, 1 failed;")
    assert (tmp_path / "got" / "acme-reach-2026-07-01-a7.csv").read_text() == "mine"


def test_one_file_for_all_tells_whose_each_line_is(backfill: Any, command: Run, tmp_path: Path) -> None:
    ended = command(*GET, "--window-to", "2026-09-01", "-o", "all.csv")

    header, *lines = (tmp_path / "all.csv").read_text().splitlines()
    july, august = "2026-07-01T00:00:00,2026-08-01T00:00:00", "2026-08-01T00:00:00,2026-09-01T00:00:00"
    assert header == "customerId,id,windowStart,windowEnd,name,n"
    assert sorted(lines) == sorted(
        [f"acme,a7,{july},a,1", f"acme,a8,{august},b,2", f"acme,a8,{august},c,3", f'birch,b7,{july},"d', 'e",4']
    )
    assert (ended.code, ended.err) == (0, "3 of 3 written\n")


def test_a_run_with_other_columns_is_left_out_of_the_one_file(backfill: Any, command: Run, tmp_path: Path) -> None:
    put_run(backfill, "birch", 7, text="name,share\nd,4\n")

    ended = command(*GET, "--window-to", "2026-09-01", "-o", "all.csv")

    assert ended.code == 5
    assert "its columns name, share are not those of the first" in ended.out
    assert ",share" not in (tmp_path / "all.csv").read_text()


def test_many_need_to_be_told_where_to(backfill: Any, command: Run) -> None:
    ended = command(*GET)

    assert ended.code == 2
    assert ended.err == "error: --output: is missing; allowed: DIR/ for a file of each run, or one FILE for all\n"


def test_a_list_of_runs_is_chosen_by_their_labels(deployed: Any, command: Run) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", labels={"team": "emea", "kind": "daily"})
    deployed.put_request("r2", labels={"team": "us"})
    deployed.put_execution("elsewhere")

    found = command("executions", "list", "--tenants", "all", "--label", "team=emea")
    none = command("executions", "list", "--tenants", "all", "--label", "team=emea", "--label", "kind=weekly")
    wrong = command("executions", "list", "--label", "emea")
    shown = command("executions", "show", "acme/r1")

    assert [line.split()[0] for line in found.out.splitlines()[1:]] == ["r1"]
    assert "r1" not in none.out
    assert (wrong.code, wrong.err) == (
        2,
        "error: --label: 'emea' cannot be read; allowed: KEY=VALUE, such as team=emea\n",
    )
    assert "labels              kind=daily, team=emea" in shown.out


def test_a_cancelled_run_is_told_apart_from_one_that_failed(deployed: Any, command: Run) -> None:
    boto3.client("s3").create_bucket(Bucket="results")
    deployed.put_tenant(bucketName="results")
    deployed.put_tenant("birch", bucketName="results")
    put_run(deployed, "acme", 7)
    put_run(deployed, "birch", 8, "CANCELLED")

    both, none = command(*GET, "-o", "got/", "--json"), command("results", "get", "birch/b8x", "-o", "other/")
    put_run(deployed, "birch", 9, "FAILED")
    mixed = command(*GET, "-o", "got/")

    outcomes = {one["id"]: (one["outcome"], one["detail"]) for one in json.loads(both.out)}
    assert outcomes["b8x"] == ("CANCELLED", "it is CANCELLED")
    assert (both.code, both.err) == (0, "1 of 2 written, 1 cancelled\n")
    assert (none.code, none.err) == (1, "0 of 1 written, 1 cancelled\n")
    assert mixed.code == 5
    assert mixed.err.startswith("0 of 3 written, 1 had nothing left to do, 1 cancelled, 1 failed;")


def test_results_and_what_is_sent_again_are_chosen_by_labels(deployed: Any, command: Run) -> None:
    boto3.client("s3").create_bucket(Bucket="results")
    deployed.put_tenant(bucketName="results")
    for number, team in ((7, "emea"), (8, "us"), (9, "emea")):
        put_run(deployed, "acme", number, "FAILED" if number == 9 else "SUCCEEDED")
        deployed.table("ExecutionRequests").update_item(
            Key={"customerId": "acme", "requestId": f"a{number}{'x' if number == 9 else ''}"},
            UpdateExpression="SET labels = :labels",
            ExpressionAttributeValues={":labels": {"team": team}},
        )

    options = ("--customer", "acme", "--label", "team=emea")
    got = command("results", "get", *options, "-o", "got/", "--json")
    listed = command("results", "list", *options, "--since", "2026-01-01")
    failed = command("executions", "failed", *options, "--since", "2026-01-01")
    other = command("executions", "resubmit", "--customer", "acme", "--label", "team=us", "--yes")
    wrong = command("executions", "resubmit", "--customer", "acme", "--label", "team", "--yes")

    assert {one["id"] for one in json.loads(got.out)} == {"a7", "a9x"}
    assert [line.split()[0] for line in listed.out.splitlines()[1:]] == ["a7"]
    assert [line.split()[1] for line in failed.out.splitlines()[1:]] == ["a9x"]
    assert "nothing that failed is left to be sent again" in other.err
    assert (wrong.code, "--label: 'team' cannot be read" in wrong.err) == (2, True)


def test_a_list_of_runs_has_their_windows_and_is_chosen_by_them(backfill: Any, command: Run) -> None:
    ended = command(
        "executions", "list", "--tenants", "all", "--window-from", "2026-08-01", "--window-to", "2026-09-01"
    )
    cut = command("executions", "list", "--tenants", "all", "--limit", "2")

    assert {line.split()[1] for line in ended.out.splitlines()[1:]} == {"a8", "a8x"}
    assert "2026-08-01 to 2026-09-01" in ended.out
    assert (ended.err, cut.err) == ("", "note: only 2 are shown, there are more; --limit takes more\n")
