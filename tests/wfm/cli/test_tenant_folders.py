"""`wfm tenants add DIR`: many tenants with one command."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.onboarding import REFUSED, FakeOnboarding, record

ADD = ("tenants", "add", "records", "--yes")


@pytest.fixture
def folder(tmp_path: Path, machine: FakeOnboarding) -> Path:
    """Of the records of acme and bolt."""
    folder = tmp_path / "records"
    folder.mkdir()
    put(folder, "acme")
    put(folder, "bolt")
    return folder


def put(folder: Path, customer_id: str, **changes: Any) -> None:
    given = record(customerId=customer_id, amcInstanceId=f"amc{customer_id}1") | changes
    (folder / f"{customer_id}.json").write_text(json.dumps(given), encoding="utf-8")


def stored(deployed: Any) -> dict[str, Any]:
    return {item["customerId"]: item for item in deployed.table("CustomerConfig").scan()["Items"]}


def rows(out: str) -> list[list[str]]:
    return [line.split() for line in out.splitlines()[1:]]


def test_all_records_of_a_folder_are_onboarded(deployed: Any, folder: Path, command: Run) -> None:
    ended = command(*ADD, "--wait", "--limit=7", "--tag=agency")

    assert (ended.code, rows(ended.out)) == (0, [["acme", "add", "ACTIVE"], ["bolt", "add", "ACTIVE"]])
    assert ended.err.splitlines()[-1] == "2 of 2 done"
    assert [each["maximumConcurrentWorkflowExecutions"] for each in stored(deployed).values()] == [7, 7]
    assert [each["tags"] for each in stored(deployed).values()] == [["agency"], ["agency"]]


def test_a_tenant_that_fails_is_named_and_hides_no_other(deployed: Any, folder: Path, command: Run) -> None:
    put(folder, "acme", amcInstanceId="amcwrong1")

    ended = command(*ADD, "--wait", "--json")

    assert ended.code == 5
    assert json.loads(ended.out) == [
        {"customerId": "acme", "change": "add", "status": "FAILED", "reason": REFUSED},
        {"customerId": "bolt", "change": "add", "status": "ACTIVE", "reason": None},
    ]


def test_the_same_again_only_does_what_is_left(deployed: Any, folder: Path, command: Run) -> None:
    put(folder, "acme", amcInstanceId="amcwrong1")
    command(*ADD, "--wait")
    put(folder, "cargo")

    ended = command(*ADD, "--wait")

    assert [row[:3] for row in rows(ended.out)] == [
        ["acme", "again", "FAILED"], ["bolt", "unchanged"], ["cargo", "add", "ACTIVE"],
    ]  # fmt: skip


def test_what_has_not_ended_in_time_ends_with_three(deployed: Any, folder: Path, command: Run) -> None:
    ended = command(*ADD, "--wait", "--timeout=0")

    assert ended.code == 3
    assert [row[2:4] for row in rows(ended.out)] == [["NOT", "ENDED"], ["NOT", "ENDED"]]


def test_nothing_is_written_before_somebody_agrees(deployed: Any, folder: Path, command: Run) -> None:
    ended = command("tenants", "add", "records")

    assert ended.code == 2
    assert "--yes is missing, and nobody can be asked. 2 of 2 tenants change" in ended.err
    assert stored(deployed) == {}


def test_all_that_is_wrong_is_said_before_anything_is_written(deployed: Any, folder: Path, command: Run) -> None:
    deployed.put_row("dune", amcInstanceId="amcdune1")
    put(folder, "cargo", amcInstanceId="amcbolt1")
    put(folder, "dough", amcInstanceId="amcdune1")
    put(folder, "echo", amcAmazonAdsMarketplaceId="US")
    put(folder, "fjord", customerId="acme", amcInstanceId="amcfjord1")
    (folder / "golf.json").write_text("{", encoding="utf-8")

    ended = command(*ADD)

    wrong = ended.err.removeprefix("error: ").splitlines()
    assert ended.code == 2
    assert [line.partition(":")[0].removeprefix("records/") for line in wrong] == [
        "cargo.json", "dough.json", "echo.json", "fjord.json", "golf.json",
    ]  # fmt: skip
    assert "amcInstanceId: amcbolt1 is in records/bolt.json too" in wrong[0]
    assert "amcdune1 belongs to dune already" in wrong[1]
    assert "customerId: acme is in records/acme.json too" in wrong[3]
    assert stored(deployed) == {}


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["--instance=amc9"], "--instance: is one tenant's; allowed with many: "),
        (["--customer=acme", "--bucket=b"], "--customer, --bucket: is one tenant's"),
    ],
)
def test_options_of_one_tenant_are_refused(
    deployed: Any, folder: Path, command: Run, words: list[str], reported: str
) -> None:
    ended = command(*ADD, *words)

    assert (ended.code, stored(deployed)) == (2, {})
    assert reported in ended.err


def test_a_folder_without_records_is_refused(deployed: Any, tmp_path: Path, command: Run) -> None:
    ended = command("tenants", "add", str(tmp_path), "--yes")

    assert ended.code == 2
    assert "has no *.json; allowed: a TPS record, or a folder of them" in ended.err
