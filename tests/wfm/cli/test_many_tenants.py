"""Fields of many tenants' records, and many tenants removed; results of many tenants listed."""

import json
import sys
from typing import Any

import boto3
import pytest

from tests.wfm.cli.test_many_results import put_run
from tests.wfm.commands import Run, Terminal
from tests.wfm.onboarding import FakeOnboarding, record
from wfm.errors import ExitCode

THREE = ("acme", "birch", "cedar")


@pytest.fixture
def tenants(deployed: Any, request: pytest.FixtureRequest) -> Any:
    """Three tenants with records, two of them tagged, and one that was removed."""
    for name in THREE:
        deployed.put_row(name, tags=["emea"] if name != "acme" else ["us"], amcInstanceId=f"amc{name}1")
        deployed.table("CustomerConfig").put_item(Item=record(customerId=name, amcInstanceId=f"amc{name}1"))
    deployed.put_row("dune", "OFFBOARDED", amcInstanceId="amcdune1")
    request.getfixturevalue("machine")
    return deployed


def limits(deployed: Any) -> dict[str, int]:
    rows = deployed.table("CustomerConfig").scan()["Items"]
    return {row["customerId"]: int(row["maximumConcurrentWorkflowExecutions"]) for row in rows}


def test_a_field_is_set_for_a_tag_after_one_question(tenants: Any, command: Run) -> None:
    asked = command("tenants", "set", "tag:emea", "limit=4")
    before = limits(tenants)
    ended = command("tenants", "set", "tag:emea", "limit=4", "--yes", "--wait")

    assert asked.code == ExitCode.USAGE
    assert "nobody can be asked. 2 tenants: limit=4" in asked.err
    assert set(before.values()) == {2}
    assert [line.split() for line in ended.out.splitlines()[1:]] == [
        [name, "changed", "ACTIVE"] for name in ("birch", "cedar")
    ]
    assert (ended.code, ended.err.splitlines()[-1]) == (0, "2 of 2 done")
    assert limits(tenants) == {"acme": 2, "birch": 4, "cedar": 4}


@pytest.mark.parametrize(
    "words",
    [["acme", "birch", "cedar", "limit=4"], ["limit=4", "--tenants", "all"], ["acme,birch", "cedar", "limit=4"]],
    ids=["ids", "option", "commas"],
)
def test_whom_stands_before_what(tenants: Any, command: Run, words: list[str]) -> None:
    ended, again = (command("tenants", "set", *words, "--yes", "--json") for _ in range(2))

    assert (ended.code, set(limits(tenants).values())) == (0, {4})
    assert {one["change"] for one in json.loads(again.out)} == {"unchanged"}
    assert again.err.splitlines()[-1] == "0 of 3 done, 3 had nothing left to do"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["limit=0"], "acme: maximumConcurrentWorkflowExecutions: 0 is"),
        (["limt=3"], "birch: limt: no field of a TPS record; did you mean limit?"),
        (["instance=amcother1"], "cedar: amcInstanceId: is one tenant's; allowed with many: other fields"),
        ([], "nothing to set; allowed: FIELD=VALUE"),
        (["limit", "3"], "'limit' cannot be read; allowed: FIELD=VALUE"),
    ],
    ids=["not-usable", "slip", "one-tenants", "nothing", "no-equals-sign"],
)
def test_what_is_wrong_of_one_keeps_all_as_they_are(tenants: Any, command: Run, words: list[str], problem: str) -> None:
    ended = command("tenants", "set", "all", *words, "--yes")

    assert (ended.code, problem in ended.err) == (ExitCode.USAGE, True), ended.err
    assert set(limits(tenants).values()) == {2}


def test_many_are_removed_and_one_that_is_out_stays_so(tenants: Any, machine: FakeOnboarding, command: Run) -> None:
    tenants.put_gate("birch", {"r1"})
    asked = command("tenants", "remove", "birch", "cedar", "dune")
    ended = command("tenants", "remove", "birch", "cedar", "dune", "--cancel-runs", "--yes", "--wait", "--json")

    assert asked.code == ExitCode.USAGE
    assert "nobody can be asked. 3 tenants go, with their queues" in asked.err
    assert [(one["customerId"], one["change"], one["status"]) for one in json.loads(ended.out)] == [
        ("birch", "to be removed", "OFFBOARDED"), ("cedar", "to be removed", "OFFBOARDED"),
        ("dune", "unchanged", "OFFBOARDED"),
    ]  # fmt: skip
    assert (ended.code, ended.err.splitlines()[-1]) == (0, "2 of 3 removed, 1 had nothing left to do")
    assert [*limits(tenants)] == ["acme"]


def test_who_is_asked_sees_each_tenant_that_goes(tenants: Any, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    tenants.put_gate("birch", {"r1"})
    monkeypatch.setattr(sys, "stdin", Terminal("n\n"))

    ended = command("tenants", "remove", "tag:emea", "--delete-workflows")

    assert ended.code == ExitCode.FAILED
    for line in (
        "Their runs in AMC end first; --cancel-runs cancels them.", "Their workflows in AMC are deleted.",
        "birch is ACTIVE: 1 run, 0 wait for a slot", "cedar is ACTIVE: 0 run, 0 wait for a slot",
    ):  # fmt: skip
        assert line in ended.err
    assert [*limits(tenants)] == [*THREE]


def test_results_of_many_are_listed_and_a_bucket_that_is_closed_does_not_keep_the_rest(
    deployed: Any, command: Run
) -> None:
    boto3.client("s3").create_bucket(Bucket="results")
    for name, bucket in (("acme", "results"), ("birch", "gone"), ("cedar", "results")):
        deployed.put_tenant(name, bucketName=bucket)
        put_run(deployed, name, 7)

    ended = command("results", "list", "--customer", "all", "--since", "2026-01-01")
    good = command("results", "list", "--tenants", "acme,cedar", "--since", "2026-01-01", "--json")

    assert [line.split()[0] for line in ended.out.splitlines()] == ["CUSTOMER", "acme", "cedar"]
    assert ended.err.startswith("problem: birch: ")
    assert ended.code == ExitCode.PARTLY
    assert [one["customerId"] for one in json.loads(good.out)] == ["acme", "cedar"]
    assert good.code == 0
