import re
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed

MONDAY = "2026-11-23T12:00:00Z"


def put_schedule(deployed: Deployed, expression: str, zone: str = "UTC", **fields: Any) -> None:
    message = {"payload": {"workflowId": "reach"}}
    row = {"customerId": "acme", "Name": "daily", "ScheduleExpression": expression, "Input": message}
    deployed.table("Schedules").put_item(Item=row | {"ScheduleExpressionTimezone": zone} | fields)


def days(page: str) -> dict[str, str]:
    """The words of each day of the only schedule."""
    found = re.findall(r"<th(?: aria-current=\"date\")?>(\w{3})<br>(\d\d \w{3})", page)
    heads = [f"{weekday} {day}" for weekday, day in found]
    cells = re.findall(r"<td>(.*?)</td>", page, re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in cells]
    return dict(zip(heads, words, strict=True))


def test_without_schedules_it_says_what_to_do_first(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()

    assert "wfm schedules add" in browser.open("/calendar")


def test_it_shows_outcomes_up_to_today_and_firings_from_then_on(
    deployed: Deployed, browser: Browser, stand_still: StandStill
) -> None:
    stand_still(MONDAY)
    deployed.put_tenant()
    put_schedule(deployed, "cron(30 22 * * ? *)", "Europe/Berlin")
    for number, status in enumerate(("SUCCEEDED", "SUCCEEDED", "FAILED")):
        at = {"requestedAt": f"2026-11-22T0{number}:00:00.000Z"}
        deployed.put_request(f"r{number}", status, source="schedule:daily", **at)

    found = days(browser.open("/calendar"))

    assert next(iter(found)) == "Tue 17 Nov"
    assert list(found)[-1] == "Sun 29 Nov"
    assert found["Sun 22 Nov"] == "1 FAILED 2 SUCCEEDED"
    assert found["Sat 21 Nov"] == ""
    assert found["Mon 23 Nov"] == found["Tue 24 Nov"] == "21:30"


def test_days_and_times_are_the_viewers(deployed: Deployed, browser: Browser, stand_still: StandStill) -> None:
    stand_still(MONDAY)
    deployed.put_tenant()
    put_schedule(deployed, "cron(30 22 * * ? *)", "Europe/Berlin")
    browser.http.cookies.set("zone", "Asia/Tokyo")

    found = days(browser.open("/calendar"))

    assert found["Mon 23 Nov"] == ""
    assert found["Tue 24 Nov"] == "06:30"


def test_a_schedule_that_fires_often_shows_the_first_of_a_day(
    deployed: Deployed, browser: Browser, stand_still: StandStill
) -> None:
    stand_still(MONDAY)
    deployed.put_tenant()
    put_schedule(deployed, "cron(0 * * * ? *)")

    assert days(browser.open("/calendar"))["Tue 24 Nov"] == "00:00 01:00 02:00 and 21"


@pytest.mark.parametrize("fields", [{"paused": True}, {"ScheduleExpression": "cron(soon)"}])
def test_a_schedule_that_does_not_fire_has_no_times(
    deployed: Deployed, browser: Browser, fields: dict[str, Any], stand_still: StandStill
) -> None:
    stand_still(MONDAY)
    deployed.put_tenant()
    put_schedule(deployed, "cron(30 22 * * ? *)", **fields)

    assert set(days(browser.open("/calendar")).values()) == {""}
