"""A window before what AMC keeps, or in a zone that is not what its name reads like, is run, and told of everywhere."""

from pathlib import Path
from typing import Any

import pytest

from functions.handlers import plan_rollout
from functions.handlers.prepare_execution import handler as prepare
from functions.services.scheduling.scheduling import apply_schedule
from tests.builders import a_library_record, a_message, a_tenant_row
from tests.fakes import NOON, World
from tests.unit import rollout_machine, schedule_rows
from wfm.client.workflow_files.folder import read_folder

OLD = {"timeWindowStart": "2024-01-01T00:00:00", "timeWindowEnd": "2024-02-01T00:00:00"}
NEW = {"timeWindowName": "yesterday"}
EASTERN = {**NEW, "timeWindowTimeZone": "EST"}
HINT = "the window begins at 2024-01-01T00:00:00; of most data AMC keeps 13 months"
WORKFLOW = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED", "sqlQuery": "SELECT 1"}
IN_SUMMER = "EST is UTC-5 in summer, too; America/New_York has summer time"
WHOSE = pytest.mark.parametrize(
    ("window", "told"), [(OLD, [HINT]), (EASTERN, [IN_SUMMER]), (NEW, None)], ids=["old", "zone", "new"]
)


@WHOSE
@pytest.mark.parametrize("is_default", [True, False])
def test_on_the_row_of_a_request(window: dict[str, str], told: list[str] | None, is_default: bool) -> None:
    world = World(a_tenant_row())
    world.workflows.rows["acme", "reach"] = WORKFLOW | ({"defaultPayload": window} if is_default else {})
    payload = {"workflowId": "reach", "ticket": "7", **({} if is_default else window)}
    document = a_message(payload=payload)

    for _ in range(2):  # every step may run twice
        event: Any = {"input": document, "executionName": "acme.r1", "executionArn": "arn:1", "startTime": "2026-11-23"}
        prepare(event, ports=lambda: world)

    unread = "payload.ticket: no field of a request, and nobody reads it"
    assert world.requests.rows["acme", "r1"]["warnings"] == [unread, *(told or [])]


@WHOSE
@pytest.mark.parametrize("is_default", [True, False])
def test_on_the_row_of_a_schedule(window: dict[str, str], told: list[str] | None, is_default: bool) -> None:
    payload = {"workflowId": "reach", **({} if is_default else window)}
    world = schedule_rows.a_world(schedule_rows.a_row(Input={"payload": payload}))
    world.workflows.rows["acme", "reach"] = WORKFLOW | ({"defaultPayload": window} if is_default else {})

    apply_schedule("acme", "daily", world)

    row = world.schedules.rows["acme", "daily"]
    assert (row["scheduleStatus"], row.get("scheduleWarnings")) == ("ENABLED", told)


@WHOSE
def test_on_a_library_record(window: dict[str, str], told: list[str] | None) -> None:
    world = rollout_machine.a_world(a_library_record(schedule=None, defaultPayload=window))

    rollout_machine.call(plan_rollout.handler, world, {"workflowId": "reach", "rollout": "rollout-1"})

    found = world.library.records["reach", 1].get("rolloutWarnings")
    place = "defaultPayload.timeWindowTimeZone" if "timeWindowTimeZone" in window else "defaultPayload"
    assert found == (told and [f"{place}: {hint}" for hint in told])


@pytest.mark.parametrize("zone", ["Etc/GMT+5", "Europe/Berlin"])
def test_so_is_the_zone_by_which_a_schedule_fires(zone: str) -> None:
    world = schedule_rows.a_world(
        schedule_rows.a_row(ScheduleExpressionTimezone=zone, Input={"payload": {"workflowId": "reach", **NEW}})
    )
    world.workflows.rows["acme", "reach"] = WORKFLOW

    apply_schedule("acme", "daily", world)

    told = ["Etc/GMT+5 is UTC-5: its sign is that of the POSIX standard"] if zone.startswith("Etc") else None
    assert world.schedules.rows["acme", "daily"].get("scheduleWarnings") == told


def test_zones_in_a_folder_of_workflows_are_told_with_their_lines(tmp_path: Path) -> None:
    (tmp_path / "reach.sql").write_text("SELECT COUNT(1) AS n FROM dsp_impressions")
    inside = "  payload:\n    timeWindowTimeZone: EST\n    timeWindowName: yesterday\n"
    settings = (
        f"defaultPayload: {{timeWindowName: yesterday}}\nschedule:\n  every: daily 08:00\n  timeZone: MST\n{inside}"
    )
    (tmp_path / "reach.yaml").write_text(settings)

    found = read_folder(tmp_path, NOON).warnings

    file = tmp_path / "reach.yaml"
    assert f"{file}:4: schedule.timeZone: MST is UTC-7 in summer, too; America/Denver has summer time" in found
    assert f"{file}:6: schedule.payload.timeWindowTimeZone: {IN_SUMMER}" in found


def test_in_a_folder_of_workflows(tmp_path: Path) -> None:
    sql = "SELECT COUNT(1) AS n FROM dsp_impressions"
    ends = ", ".join(f"{name}: '{value}'" for name, value in OLD.items())
    for name, payload in (("old", f"{{{ends}}}"), ("new", "{timeWindowName: yesterday}")):
        (tmp_path / f"{name}.sql").write_text(sql)
        (tmp_path / f"{name}.yaml").write_text(f"defaultPayload: {payload}\n")

    found = read_folder(tmp_path, NOON).warnings

    assert found == [f"{tmp_path / 'old.yaml'}:1: defaultPayload: {HINT}"]
