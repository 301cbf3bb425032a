"""AMC's own schedules, which keep their workflows from being deleted."""

from typing import Any

import pytest

from tests.local.amc_simulator.builders import INSTANCE, SQL, World

PATH = f"/workflows/{INSTANCE}"


def a_schedule(schedule_id: str = "daily", **changes: Any) -> dict[str, Any]:
    return {"scheduleId": schedule_id, "workflowId": "reach", "aggregationPeriod": "Daily", **changes}


def test_a_schedule_comes_back_flat_as_it_was_saved(amc: World) -> None:
    assert amc.call("POST", "/schedules", a_schedule(aggregationHourUtc=7)).json() == {}
    assert amc.call("GET", "/schedules/daily").json() == a_schedule(aggregationHourUtc=7)


def test_a_workflow_is_not_deleted_while_a_schedule_references_it(amc: World) -> None:
    amc.call("POST", "/schedules", a_schedule())

    refused = amc.call("DELETE", "/workflows/reach")
    amc.call("DELETE", "/schedules/daily")

    assert (refused.status, refused.json()["details"]) == (
        400,
        "Workflow with ID reach is referenced by schedules: daily.",
    )
    assert amc.call("DELETE", "/workflows/reach").status == 200


def test_schedules_come_in_pages(amc: World) -> None:
    for number in range(3):
        amc.call("POST", "/schedules", a_schedule(f"s{number}"))

    first = amc.call("GET", "/schedules?limit=2").json()
    second = amc.call("GET", f"/schedules?limit=2&nextToken={first['nextToken']}").json()

    pages = [[schedule["scheduleId"] for schedule in page["schedules"]] for page in (first, second)]
    assert (pages, "nextToken" in second) == ([["s0", "s1"], ["s2"]], False)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_an_unknown_schedule_is_404(amc: World, method: str) -> None:
    assert amc.call(method, "/schedules/none", a_schedule("none")).status == 404


def test_an_update_replaces_a_schedule_and_may_leave_its_id_to_the_path(amc: World) -> None:
    amc.call("POST", "/schedules", a_schedule(aggregationHourUtc=7))

    changed = amc.call("PUT", "/schedules/daily", {"workflowId": "reach", "aggregationPeriod": "Weekly"})
    elsewhere = amc.call("PUT", "/schedules/daily", a_schedule("other"))

    assert (changed.status, elsewhere.status) == (200, 400)
    assert amc.call("GET", "/schedules/daily").json() == a_schedule(aggregationPeriod="Weekly")


@pytest.mark.parametrize(
    "bad",
    [
        [],
        a_schedule("with space"),
        a_schedule(workflowId=None),
        a_schedule(workflowId="none"),
        a_schedule(aggregationPeriod="Monthly"),
        a_schedule(aggregationHourUtc=99),
        a_schedule(aggregationHourUtc="7"),
        a_schedule(aggregationStartDay="Mon"),
        a_schedule(scheduleEnabled="yes"),
    ],
)
def test_a_schedule_that_amc_would_not_take_is_refused(amc: World, bad: Any) -> None:
    assert amc.call("POST", "/schedules", bad).status == 400


def test_a_schedule_without_an_id_is_refused(amc: World) -> None:
    schedule = a_schedule()
    del schedule["scheduleId"]

    assert amc.call("POST", "/schedules", schedule).status == 400


def test_a_schedule_is_made_once(amc: World) -> None:
    amc.call("POST", "/schedules", a_schedule())

    assert amc.call("POST", "/schedules", a_schedule()).status == 400


def test_people_schedule_workflows_by_hand(amc: World) -> None:
    amc.control("POST", "/schedules", {"instanceId": INSTANCE, "workflowId": "reach", "scheduleId": "daily"})

    assert amc.call("GET", "/schedules/daily").json() == a_schedule()


def test_people_change_workflows_by_hand_behind_the_clients_back(amc: World) -> None:
    def by_hand(workflow_id: str, definition: dict[str, Any] | None) -> None:
        document = {"instanceId": INSTANCE, "workflowId": workflow_id, "definition": definition}
        amc.control("POST", "/workflows", document)

    by_hand("new", {"sqlQuery": SQL})
    by_hand("reach", None)

    assert amc.call("GET", "/workflows/reach").status == 404
    assert amc.control("GET", PATH) == {"workflows": [{"workflowId": "new", "sqlQuery": SQL}]}
