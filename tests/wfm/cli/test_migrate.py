"""`wfm migrate`: a plan of what the predecessors' rows become, and writing it once."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.wfm import old_rows
from tests.wfm.commands import Run
from tests.wfm.old_rows import IDS, V1_TPS, V1_WFM, V3_TPS, V3_WFM
from tests.wfm.onboarding import FakeOnboarding

PREFIX = "wfm-demoteam-"
TABLES = {
    f"{PREFIX}CustomerConfig-dev": (["customerId"], [V1_WFM]),
    f"{PREFIX}AMCWorkflowLibrary-dev": (["workflowId"], [old_rows.library()]),
    f"{PREFIX}AMCWorkflows-dev": (
        ["customerId", "workflowId"],
        [old_rows.workflow("reach_v1"), old_rows.workflow("own")],
    ),
    f"{PREFIX}AMCWorkflowSchedules-dev": (["customerId", "Name"], [old_rows.schedule()]),
    f"{PREFIX}AMCExecutionStatus-dev": (["customerId"], [{"customerId": "demo", "workflowExecutionId": "e1"}]),
    "tps-demoteam-CustomerConfig-dev": (["customerId", "customerName"], [V1_TPS]),
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Both predecessors' rows, with the ids that those of the first one lack."""
    folder = tmp_path / "export"
    folder.mkdir()
    put(folder, "v1", V1_TPS, V1_WFM, old_rows.library(), old_rows.workflow("own"), old_rows.schedule())
    put(folder, "v3", V3_TPS, V3_WFM, old_rows.workflow_of_v3(), old_rows.rule())
    put(folder, "ids", {"customerId": "demo", **IDS})
    return folder


def put(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    (folder / f"{name}.json").write_text(json.dumps(list(rows)), encoding="utf-8")


def rows(deployed: Any, table: str) -> list[Any]:
    return list(deployed.table(table).scan()["Items"])


def everything(deployed: Any) -> dict[str, Any]:
    return {name: rows(deployed, name) for name in ("CustomerConfig", "Workflows", "Schedules", "WorkflowLibrary")}


def planned(out: str) -> dict[tuple[str, str], str]:
    """The plan by kind and name."""
    table, _, _ = out.partition("\n\n")
    lines = [line.split("  ") for line in table.splitlines()[1:]]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    return {(line[0], line[1]): line[2] for line in cells}


def test_the_plan_names_what_each_row_becomes_and_writes_nothing(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    ended = command("migrate", str(export), "--library", "lib")

    assert (ended.code, planned(ended.out)) == (
        0,
        {
            ("library", "reach"): "write files",
            ("tenant", "birch"): "add",
            ("tenant", "demo"): "add",
            ("workflow", "birch/spend"): "add",
            ("workflow", "demo/own"): "add",
            ("schedule", "birch/monthly"): "add",
            ("schedule", "demo/weekly"): "add",
        },
    )
    assert "tenant    AMC.WFM.runWorkflowByCampaign" in ended.out
    assert "6 add" in ended.err
    assert everything(deployed) == {"CustomerConfig": [], "Workflows": [], "Schedules": [], "WorkflowLibrary": []}
    assert not Path("lib").exists()


def test_it_writes_once_and_a_second_time_there_is_nothing_to_do(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    words = ("migrate", str(export), "--library", "lib", "--apply", "--yes")

    ended = command(*words)
    wrote = everything(deployed)
    again = command(*words)

    assert ended.code == 0, ended.err
    assert {row["customerId"]: row["amcInstanceId"] for row in wrote["CustomerConfig"]} == {
        "birch": "amcbirch1",
        "demo": "amcdemo1",
    }
    assert sorted(row["workflowId"] for row in wrote["Workflows"]) == ["own", "spend"]
    assert {row["Name"]: row["ScheduleExpression"] for row in wrote["Schedules"]} == {
        "monthly": "cron(0 6 3 * ? *)",
        "weekly": "custom(W 0 8)",
    }
    assert sorted(path.name for path in Path("lib").iterdir()) == ["reach.sql", "reach.yaml"]
    assert (again.code, "nothing to do" in again.err) == (0, True)
    assert set(planned(again.out).values()) == {"unchanged"}
    assert everything(deployed) == wrote
    assert sum(len(runs) for runs in machine.runs.values()) == 2


def test_one_that_never_ran_waits_until_somebody_resumes_it_and_stays_resumed(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    put(export, "odd", old_rows.schedule("odd", ScheduleExpression="rate(1 day)"))
    words = ("migrate", str(export), "--library", "lib", "--apply", "--yes")

    command(*words)
    paused = {row["Name"]: row.get("paused") for row in rows(deployed, "Schedules")}
    command("schedules", "resume", "demo/odd")
    again = command(*words)

    assert paused == {"monthly": None, "odd": True, "weekly": None}
    assert (again.code, "nothing to do" in again.err) == (0, True)


def test_the_librarys_files_are_what_a_push_takes(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    command("migrate", str(export), "--library", "lib", "--apply", "--yes")

    pushed = command("library", "push", "lib", "--yes")
    Path("lib/reach.sql").unlink()
    Path("lib/reach.yaml").unlink()
    again = command("migrate", str(export), "--library", "lib")

    assert pushed.code == 0, pushed.err
    assert planned(again.out)["library", "reach"] == "unchanged"


def test_a_bad_row_is_refused_by_name_and_nothing_is_changed(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    put(export, "bad", old_rows.schedule("bad", ScheduleExpression="custom(D * *)"), {"customerId": "demo", "x": 1})
    words = ("migrate", str(export), "--library", "lib", "--apply", "--yes")

    shown = command("migrate", str(export), "--library", "lib")
    refused = command(*words)
    nothing = everything(deployed)
    others = command(*words, "--skip-refused")

    assert (shown.code, refused.code, others.code) == (1, 2, 5)
    assert "daily, but at no hour: it never ran; allowed: custom(D * hour)" in shown.out
    assert "2 refused, so nothing is written" in refused.err
    assert not any(nothing.values())
    assert {row["Name"] for row in rows(deployed, "Schedules")} == {"monthly", "weekly"}


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (old_rows.schedule("x", "nowhere"), "nothing here or in WFM is 'nowhere'; allowed: once the tenant is there"),
        (old_rows.schedule("x", customerId="dmo", Input={"payload": {"workflowId": "own"}}), "did you mean demo?"),
        ({**V3_TPS, "customerId": "fir", "customerName": "Fir"}, "'amcbirch1' belongs to birch already"),
        ({**V3_TPS, "customerId": "Birch", "amcInstanceId": "amcother1"}, "differs from"),
        (old_rows.workflow("bad", sqlQuery="SELECT 1 LIMIT 5"), "LIMIT"),
    ],
)
def test_what_contradicts_the_others_is_refused_with_the_way_out(
    *, deployed: Any, machine: FakeOnboarding, command: Run, export: Path, extra: dict[str, Any], told: str
) -> None:
    put(export, "more", extra)

    ended = command("migrate", str(export), "--json")

    reasons = [one["reason"] for one in json.loads(ended.out) if one["action"] == "refused"]
    assert ended.code == 1
    assert told in " | ".join(reasons)


def test_what_wfm_has_and_says_otherwise_is_overwritten_only_by_force(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    words = ("migrate", str(export), "--library", "lib", "--apply", "--yes")
    command(*words)
    command("schedules", "add", "demo/weekly", "--every", "daily 09:00")
    command("tenants", "set", "demo", "limit=3")
    Path("lib/reach.yaml").write_text("description: Mine.\n", encoding="utf-8")

    refused = command(*words)
    forced = command(*words, "--force")

    assert refused.code == 2
    for told in (
        "in ScheduleExpression; allowed: --force",
        "in maximumConcurrentWorkflowExecutions; allowed",
        "reach.sql",
    ):
        assert told in refused.out
    assert forced.code == 0, forced.err
    assert {row["Name"]: row["ScheduleExpression"] for row in rows(deployed, "Schedules")}["weekly"] == "custom(W 0 8)"
    assert Path("lib/reach.yaml").read_text(encoding="utf-8") != "description: Mine.\n"


def test_the_old_tables_and_rules_are_read_by_their_names(
    deployed: Any, machine: FakeOnboarding, command: Run, tmp_path: Path
) -> None:
    for name, (keys, items) in TABLES.items():
        table = a_table(deployed, name, keys)
        for item in items:
            table.put_item(Item=item)
    ids = tmp_path / "ids.json"
    ids.write_text(json.dumps({"customerId": "demo", **IDS}))

    ended = command("migrate", str(ids), "--tables", PREFIX, "--table", "tps-demoteam-CustomerConfig-dev")
    unknown = command("migrate", "--tables", "elsewhere-")

    assert planned(ended.out) == {
        ("library", "reach"): "write files",
        ("tenant", "demo"): "add",
        ("workflow", "demo/own"): "add",
        ("workflow", "demo/reach_v1"): "left out",
        ("schedule", "demo/weekly"): "add",
    }
    assert f"note: {PREFIX}AMCExecutionStatus-dev: runs of the past, not read" in ended.err
    assert "--tables: no table begins with 'elsewhere-'" in unknown.err


def test_the_rules_of_the_later_predecessor_are_read_with_their_targets(
    deployed: Any, machine: FakeOnboarding, command: Run, tmp_path: Path
) -> None:
    events = deployed.wfm.aws.old_tables(None, None)._events
    for rule in (old_rows.rule(), old_rows.rule("insights-wfm-weekly", ScheduleExpression="rate(7 days)")):
        shown = {name: rule[name] for name in ("Name", "ScheduleExpression", "State", "Description")}
        events.put_rule(**shown)
        events.put_targets(Rule=rule["Name"], Targets=rule["Targets"])
    put(tmp_path, "rows", V3_TPS, old_rows.workflow_of_v3())

    ended = command("migrate", str(tmp_path / "rows.json"), "--rules", "insights-wfm-")

    found = planned(ended.out)
    assert (found["schedule", "birch/monthly"], found["schedule", "birch/weekly"]) == ("add", "add")
    assert "rate() begins anew when it is written here" in ended.out


def a_table(deployed: Any, name: str, keys: list[str]) -> Any:
    tables = deployed.wfm.aws.old_tables(None, None)._dynamodb
    return tables.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def test_a_tenant_that_does_not_come_keeps_what_is_its_own_from_being_written(
    deployed: Any, machine: FakeOnboarding, command: Run, tmp_path: Path
) -> None:
    put(tmp_path, "v3", {**V3_TPS, "amcInstanceId": "amcwrong1"}, old_rows.workflow_of_v3(), old_rows.rule())

    ended = command("migrate", str(tmp_path / "v3.json"), "--apply", "--yes")
    put(tmp_path, "v1", V1_TPS, {"customerId": "demo", **IDS})
    partly = command("migrate", str(tmp_path / "v3.json"), str(tmp_path / "v1.json"), "--apply", "--yes")

    assert (ended.code, partly.code) == (1, 5)
    assert "its tenant birch is not there" in ended.out
    assert (rows(deployed, "Workflows"), rows(deployed, "Schedules")) == ([], [])


def test_parts_can_be_taken_one_after_the_other(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    early = command("migrate", str(export), "--only", "schedules")
    tenants = command("migrate", str(export), "--only", "tenants", "--apply", "--yes")
    schedules = command("migrate", str(export), "--only", "schedules", "--only", "workflows", "--apply", "--yes")

    assert early.code == 1
    assert "customerId: no tenant 'demo' here or in WFM" in early.out
    assert (tenants.code, schedules.code) == (0, 0)
    assert len(rows(deployed, "Schedules")) == 2


def test_what_cannot_be_meant_is_refused_before_anything_is_read(
    deployed: Any, machine: FakeOnboarding, command: Run, export: Path
) -> None:
    nothing = command("migrate")
    slip = command("migrate", str(export), "--only", "schedule")
    nowhere = command("migrate", str(export), "--apply", "--yes")

    assert [ended.code for ended in (nothing, slip, nowhere)] == [2, 2, 2]
    assert "FILE: is missing" in nothing.err
    assert "--only: 'schedule' is none of them; did you mean schedules?" in slip.err
    assert "--library: is missing" in nowhere.err
    assert not any(everything(deployed).values())


def test_a_tenants_rows_are_read_once_however_many_are_compared(
    deployed: Any, machine: FakeOnboarding, command: Run, tmp_path: Path, listen: Any
) -> None:
    calls: list[str] = []
    client = deployed.wfm.aws.tables.schedules._table.meta.client
    listen(client, "before-call.dynamodb", lambda model, **_: calls.append(model.name))

    def asked(number: int) -> int:
        many = [old_rows.schedule(f"s{one}") for one in range(number)]
        put(tmp_path, "many", V1_TPS, {"customerId": "demo", **IDS}, old_rows.workflow("own"), *many)
        calls.clear()
        assert command("migrate", str(tmp_path / "many.json")).code == 0
        return len(calls)

    assert asked(30) == asked(3)
