"""A number that links says how many lines the list has that it leads to."""

import html
import re
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed
from tests.wfm.post import Post, body

NOON = "2026-11-23T12:00:00Z"
YESTERDAY, TODAY, EARLY = "2026-11-22T23:59:59.999Z", "2026-11-23T00:00:00.000Z", "2026-11-23T09:00:00.000Z"
NUMBER = re.compile(r'<a href="([^"]+)">(?:<strong[^>]*>)?(\d+)\b')


@pytest.fixture
def world(deployed: Deployed, post: Post, stand_still: StandStill) -> Deployed:
    """Of acme: what failed yesterday and today, here and elsewhere, a schedule with outcomes, and dead letters."""
    stand_still(NOON)
    ended = {"endedAt": EARLY, "source": "schedule:daily"}
    for number, (status, at) in enumerate(
        (("FAILED", YESTERDAY), ("FAILED", TODAY), ("REJECTED", EARLY), ("SUCCEEDED", EARLY), ("CANCELLED", EARLY))
    ):
        deployed.put_request(f"r{number}", status, requestedAt=at, **ended)
    deployed.put_request("r5", "RUNNING", requestedAt=EARLY, openSince=EARLY, source="schedule:daily")
    deployed.put_request("r6", "FAILED", requestedAt=EARLY, endedAt=EARLY, workflowExecutionId="e6")
    deployed.put_execution("e6", "FAILED", requestId="r6", createTime=EARLY)
    for number, status in enumerate(("FAILED", "DELETED", "SUCCEEDED", "RUNNING")):
        deployed.put_execution(f"elsewhere{number}", status, createTime=EARLY)
    row: dict[str, Any] = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "daily 08:00"}
    deployed.table("Schedules").put_item(Item=row | {"Input": {"payload": {"workflowId": "reach"}}})
    deployed.put_tenant("birch", "PAUSED")
    for name in ("a", "b"):
        post.put_dead(body(name), f"m-{name}")
    return deployed


def linked(page: str) -> list[tuple[str, int]]:
    """The numbers of a page that link, with their addresses."""
    return [(html.unescape(address), int(number)) for address, number in NUMBER.findall(page)]


def lines(page: str) -> int:
    """The lines of the lists of a page."""
    return len(re.findall(r"<tr[^>]*>\s*<th scope=\"row\">", page))


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize(
    ("path", "numbers"),
    [("/fleet", 3), ("/calendar", 5), ("/dead-letters", 1), ("/tenant?tenant=acme", 1)],
    ids=["fleet", "calendar", "dead-letters", "tenant"],
)
def test_a_number_is_that_of_the_lines_it_leads_to(
    world: Deployed, browser: Browser, path: str, numbers: int, zone: str
) -> None:
    browser.http.cookies.set("zone", zone)

    found = linked(browser.open(path))

    assert len(found) >= numbers
    assert [(address, lines(browser.open(address))) for address, _ in found] == found


def test_what_failed_today_leads_to_just_that(world: Deployed, browser: Browser) -> None:
    (address, number) = next(one for one in linked(browser.open("/fleet")) if one[0].startswith("/runs"))

    page = browser.open(address)

    assert number == 5
    assert set(re.findall(r"/run\?tenant=acme&amp;id=(\w+)", page)) == {"r1", "r2", "r6", "elsewhere0", "elsewhere1"}
    assert "<option selected>FAILED or REJECTED</option>" in page
