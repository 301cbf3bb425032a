"""A tenant is exported from one deployment, and imported into another one."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.onboarding import FakeOnboarding, record
from wfm.client.copies.copies import TenantCopy
from wfm.errors import ExitCode, UsageError
from wfm.store.items import to_item

SQL = "SELECT campaign, COUNT(DISTINCT user_id) AS reach FROM dsp_impressions GROUP BY campaign"
DURATIONS = {"count": 2, "seconds": [60, 90]}
WINDOW = {"timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}
TABLES = ("CustomerConfig", "Tenants", "Workflows", "Schedules", "Gate", "ExecutionRequests")
OWN: dict[str, Any] = {"workflowId": "own", "sqlQuery": SQL, "defaultPayload": WINDOW, "metadata": {"team": "a"}}
DAILY: dict[str, Any] = {
    "Name": "daily", "ScheduleExpression": "cron(0 8 * * ? *)", "ScheduleExpressionTimezone": "Europe/Berlin",
    "paused": True, "catchUp": "all", "Input": {"payload": {"workflowId": "own"}},
}  # fmt: skip


@pytest.fixture
def acme(deployed: Any) -> None:
    """A tenant with something of its own, and something of the library."""
    deployed.put_row("acme")
    deployed.table("CustomerConfig").put_item(Item=record())
    synced = {"customerId": "acme", "syncStatus": "SYNCED", "definitionHash": "h", "syncExecution": "e"}
    put = deployed.table("Workflows").put_item
    put(Item=to_item(OWN | synced))
    put(Item=to_item({"workflowId": "shared", "sqlQuery": SQL, "libraryVersion": 3} | synced))
    applied = {"customerId": "acme", "scheduleStatus": "DISABLED", "lastRunAt": "2026-11-23T08:00:00.000Z"}
    deployed.table("Schedules").put_item(Item=to_item(DAILY | applied))
    of_library = DAILY | applied | {"Name": "of-library", "libraryVersion": 3}
    deployed.table("Schedules").put_item(Item=to_item(of_library))
    deployed.table("Gate").put_item(Item={"customerId": "durations#acme", "sk": "own", "durations": DURATIONS})
    deployed.put_request("r1", "SUCCEEDED")


def rows(deployed: Any, table: str) -> list[Any]:
    found: list[Any] = deployed.table(table).scan()["Items"]
    return found


def empty(deployed: Any) -> None:
    """As another deployment is."""
    for name in TABLES:
        table = deployed.table(name)
        for row in rows(deployed, name):
            table.delete_item(Key={key["AttributeName"]: row[key["AttributeName"]] for key in table.key_schema})


@pytest.fixture
def exported(acme: None, command: Run, deployed: Any, tmp_path: Path) -> Path:
    """What `export` printed, and nothing of the tenant here any more."""
    ended = command("tenants", "export", "acme")
    assert (ended.code, ended.err) == (0, "left to the library: shared\n")
    file = tmp_path / "acme.json"
    file.write_text(ended.out)
    empty(deployed)
    return file


def test_what_is_the_tenant_s_own_comes_along_and_what_wfm_notes_stays_behind(exported: Path) -> None:
    copy = json.loads(exported.read_text())

    assert copy == {
        "wfmTenant": 1, "record": record(), "workflows": [OWN], "schedules": [DAILY | {"customerId": "acme"}],
        "durations": {"own": DURATIONS}, "library": ["shared"],
    }  # fmt: skip
    assert TenantCopy.read(copy).as_json() == copy


def test_an_imported_tenant_is_paused_and_as_it_was(
    exported: Path, command: Run, deployed: Any, machine: FakeOnboarding
) -> None:
    ended = command("tenants", "import", str(exported))

    assert ended.code == 0
    assert [line.split() for line in ended.out.splitlines()] == [
        ["KIND", "NAME", "DONE", "PROBLEM"],
        ["tenant", "acme", "PAUSED"],
        ["workflow", "own", "written"],
        ["schedule", "daily", "added"],
    ]
    (tenant,) = rows(deployed, "Tenants")
    assert (tenant["status"], tenant["paused"]) == ("PAUSED", True)
    assert rows(deployed, "CustomerConfig") == [record()]
    assert rows(deployed, "Workflows") == [to_item(OWN | {"customerId": "acme", "syncStatus": "PENDING"})]
    assert rows(deployed, "Schedules") == [to_item(DAILY | {"customerId": "acme"})]
    (learnt,) = [row for row in rows(deployed, "Gate") if row["customerId"] == "durations#acme"]
    assert learnt["durations"] == DURATIONS


def test_an_import_can_be_repeated_until_the_tenant_is_resumed(
    exported: Path, command: Run, deployed: Any, machine: FakeOnboarding
) -> None:
    command("tenants", "import", str(exported))

    again = json.loads(command("tenants", "import", str(exported), "--json").out)
    command("tenants", "resume", "acme", "--wait")
    late = command("tenants", "import", str(exported))

    assert [(each["done"], each["problem"]) for each in again] == [
        ("PAUSED", None), ("unchanged", None), ("unchanged", None),
    ]  # fmt: skip
    assert late.code == 2
    assert "customerId: acme is ACTIVE in wfm-demoteam-amcdataset; allowed: one that is not served there" in late.err


def test_a_part_that_is_not_written_is_named_and_ends_with_five(
    exported: Path, command: Run, deployed: Any, machine: FakeOnboarding
) -> None:
    deployed.put_workflow("OWN")

    ended = command("tenants", "import", str(exported))

    assert ended.code == ExitCode.PARTLY
    assert "workflow  own    not written  workflowId: 'own' differs from OWN in case alone" in ended.out
    assert "tenant    acme   PAUSED" in ended.out


def test_a_tenant_that_is_not_onboarded_ends_with_one_and_nothing_follows(
    exported: Path, command: Run, deployed: Any, machine: FakeOnboarding
) -> None:
    copy = json.loads(exported.read_text())
    exported.write_text(json.dumps({**copy, "record": record(amcInstanceId="amcwrong1")}))

    ended = command("tenants", "import", str(exported), "--json")

    assert (ended.code, [each["kind"] for each in json.loads(ended.out)]) == (ExitCode.FAILED, ["tenant"])
    assert rows(deployed, "Workflows") == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"record": {"customerId": "acme"}}, "amcInstanceId"),
        ({"workflows": [OWN | {"sqlQuery": ""}]}, "workflow own: sqlQuery"),
        ({"schedules": [DAILY | {"ScheduleExpression": "daily"}]}, "schedule daily: ScheduleExpression"),
    ],
    ids=["record", "workflow", "schedule"],
)
@pytest.mark.usefixtures("machine")
def test_nothing_is_written_if_a_part_would_be_refused(
    exported: Path, command: Run, deployed: Any, broken: dict[str, Any], told: str
) -> None:
    exported.write_text(json.dumps(json.loads(exported.read_text()) | broken))

    ended = command("tenants", "import", str(exported))

    assert ended.code == 2
    assert told in ended.err
    assert [rows(deployed, name) for name in TABLES] == [[]] * len(TABLES)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"wfmTenant": 2}, "wfmTenant: 2; allowed: 1"),
        ({"workflows": {}}, "workflows: {} is not usable; allowed: a list"),
        ({"schedules": [{"name": "x"}]}, r"schedules\[0\]: .* allowed: an object with Name"),
        ({"durations": None}, "durations: None is not usable; allowed: an object"),
    ],
    ids=["form", "no list", "no key", "no object"],
)
def test_what_no_export_has_printed_is_refused(changes: dict[str, Any], told: str) -> None:
    whole = TenantCopy("acme", record(), [OWN], [DAILY], {}).as_json()

    with pytest.raises(UsageError, match=told):
        TenantCopy.read(whole | changes)


@pytest.mark.usefixtures("acme")
def test_all_rows_of_the_tenant_are_written_as_files_and_of_no_other(
    command: Run, deployed: Any, tmp_path: Path
) -> None:
    deployed.put_request("r2", customerId="umbrella")

    ended = command("tenants", "export", "acme", "--history", str(tmp_path / "kept"))

    kept = {path.name: path.read_text().splitlines() for path in (tmp_path / "kept").iterdir()}
    assert sorted(kept) == [
        f"{name}.jsonl"
        for name in ("CustomerConfig", "ExecutionRequests", "Executions", "Schedules", "Tenants", "Workflows")
    ]
    assert [json.loads(line)["requestId"] for line in kept["ExecutionRequests.jsonl"]] == ["r1"]
    assert "exported: 2 rows of Workflows to" in ended.err
