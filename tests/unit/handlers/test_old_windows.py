"""A window before what AMC keeps is run, and told of wherever it is asked for."""

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
HINT = "the window begins at 2024-01-01T00:00:00; of most data AMC keeps 13 months"
WORKFLOW = {"customerId": "acme", "workflowId": "reach", "syncStatus": "SYNCED", "sqlQuery": "SELECT 1"}
WHOSE = pytest.mark.parametrize(("window", "told"), [(OLD, [HINT]), (NEW, None)])


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
    assert found == (told and [f"defaultPayload: {HINT}"])


def test_in_a_folder_of_workflows(tmp_path: Path) -> None:
    sql = "SELECT COUNT(1) AS n FROM dsp_impressions"
    ends = ", ".join(f"{name}: '{value}'" for name, value in OLD.items())
    for name, payload in (("old", f"{{{ends}}}"), ("new", "{timeWindowName: yesterday}")):
        (tmp_path / f"{name}.sql").write_text(sql)
        (tmp_path / f"{name}.yaml").write_text(f"defaultPayload: {payload}\n")

    found = read_folder(tmp_path, NOON).warnings

    assert found == [f"{tmp_path / 'old.yaml'}:1: defaultPayload: {HINT}"]
