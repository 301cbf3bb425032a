import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed
from wfm.console.queries.runs import MOST_TENANTS
from wfm.console.queries.timeline import MOST_LANES

BAR = re.compile(r'<a class="bar ([\w ]+)" href="/run\?tenant=(\w+)&amp;id=([\w-]+)".*?</a>', re.DOTALL)
RECT = re.compile(r'<rect class="(\w+)" x="([\d.]+)%" width="([\d.]+)%"')


@pytest.fixture
def day(deployed: Deployed, stand_still: StandStill) -> Deployed:
    """Two tenants, at three in the afternoon."""
    stand_still("2026-11-23T15:00:00Z")
    for name in ("acme", "birch"):
        deployed.put_tenant(name)
    return deployed


def put_run(deployed: Deployed, name: str, status: str, start: str, end: str = "", **fields: Any) -> None:
    """A run of that day: asked for, at once in AMC."""
    times = {"requestedAt": start, "submittingAt": start, "runningAt": start} | ({"endedAt": end} if end else {})
    day = {field: f"2026-11-23T{time}:00.000Z" for field, time in times.items()}
    active = {} if end else {"openSince": day["requestedAt"]}
    deployed.put_request(name, status, **day, **active, **fields)


def bars(page: str) -> dict[str, tuple[str, str]]:
    """The class and the tenant of each run's bar."""
    return {found[3]: (found[1], found[2]) for found in BAR.finditer(page)}


def test_without_runs_it_says_what_to_do_first(day: Deployed, browser: Browser) -> None:
    assert "No runs in this time." in browser.open("/timeline")


def test_each_run_is_a_bar_of_its_tenant_that_leads_to_it(day: Deployed, browser: Browser) -> None:
    put_run(day, "well", "SUCCEEDED", "08:00", "08:30")
    put_run(day, "badly", "FAILED", "08:10", "08:40", customerId="birch")
    put_run(day, "now", "RUNNING", "14:50", customerId="birch")
    day.put_execution("theirs", "SUCCEEDED", createTime="2026-11-23T09:00:00Z", lastUpdatedTime="2026-11-23T09:20:00Z")

    found = bars(browser.open("/timeline"))

    assert found == {
        "well": ("succeeded", "acme"), "badly": ("failed", "birch"), "now": ("active", "birch"),
        "theirs": ("succeeded elsewhere", "acme"),
    }  # fmt: skip


def test_an_idle_night_takes_little_room(day: Deployed, browser: Browser) -> None:
    put_run(day, "early", "SUCCEEDED", "01:00", "02:00")
    put_run(day, "late", "SUCCEEDED", "14:00", "15:00")

    page = browser.open("/timeline")

    (idle,) = {(float(left), float(width)) for kind, left, width in RECT.findall(page) if kind == "idle"}
    ran = [float(width) for kind, _, width in RECT.findall(page) if kind == "runs"]
    assert idle[1] < 5
    assert min(ran) > 40
    assert "nothing for 12 h 00 min" in page


def test_where_it_waited_is_told_from_where_it_ran(day: Deployed, browser: Browser) -> None:
    put_run(day, "r1", "SUCCEEDED", "10:00", "11:00", waitingAt="2026-11-23T10:00:00.000Z")
    times = {"createTime": "2026-11-23T10:30:00Z", "lastUpdatedTime": "2026-11-23T11:00:00Z", "requestId": "r1"}
    day.put_execution("e1", "SUCCEEDED", source="wfm", **times)
    day.table("ExecutionRequests").update_item(
        Key={"customerId": "acme", "requestId": "r1"},
        UpdateExpression="SET workflowExecutionId = :id",
        ExpressionAttributeValues={":id": "e1"},
    )

    parts = {kind: float(width) for kind, _, width in RECT.findall(browser.open("/timeline")) if kind != "idle"}

    assert parts["waits"] == pytest.approx(parts["runs"], rel=0.1)


def test_the_address_holds_the_filters(day: Deployed, browser: Browser) -> None:
    put_run(day, "a1", "SUCCEEDED", "08:00", "08:30")
    put_run(day, "b1", "FAILED", "08:10", "08:40", customerId="birch", workflowId="sales")
    put_run(day, "b2", "RUNNING", "08:20", customerId="birch", source="schedule:daily")

    def shown(query: str) -> set[str]:
        return set(bars(browser.open(f"/timeline?{query}")))

    assert shown("tenant=birch") == {"b1", "b2"}
    assert shown("workflow=sales") == {"b1"}
    assert shown("status=SUCCEEDED") == {"a1"}
    assert shown("source=schedule") == {"b2"}
    assert shown("since=2026-11-23T08:05:00Z") == {"b1", "b2"}
    assert shown("until=2026-11-23T08:05:00Z") == {"a1"}


def test_times_are_those_of_the_viewer(day: Deployed, browser: Browser) -> None:
    put_run(day, "r1", "SUCCEEDED", "08:00", "08:30")
    browser.http.cookies.set("zone", "Asia/Tokyo")

    assert ">23 Nov 17:00</text>" in browser.open("/timeline")


def test_the_same_runs_are_a_list_or_bars(day: Deployed, browser: Browser) -> None:
    query = "tenant=acme&amp;status=FAILED"

    assert f'href="/timeline?{query}"' in browser.open("/runs?tenant=acme&status=FAILED")
    assert f'href="/runs?{query}"' in browser.open("/timeline?tenant=acme&status=FAILED")


def test_a_short_time_is_told_to_the_second(day: Deployed, browser: Browser) -> None:
    times = {"requestedAt": "2026-11-23T14:59:20.000Z", "openSince": "2026-11-23T14:59:20.000Z"}
    day.put_request("r1", "RUNNING", **times)

    page = browser.open("/timeline")

    labels = re.findall(r"<text [^>]*>([^<]*)</text>", page)
    assert labels[0] == "23 Nov 14:59:20"
    assert len(set(labels)) == len(labels) > 4
    assert "1 run from" in page


def test_what_finds_no_room_is_counted_and_listed_elsewhere(day: Deployed, browser: Browser) -> None:
    for number in range(MOST_LANES + 3):
        put_run(day, f"r{number:02}", "SUCCEEDED", "08:00", "08:30")

    page = browser.open("/timeline?status=SUCCEEDED")

    assert len(bars(page)) == MOST_LANES
    assert "3 more find no room" in page
    assert 'href="/runs?status=SUCCEEDED&amp;tenant=acme"' in page


def test_calls_grow_with_the_page_and_not_with_the_fleet(
    day: Deployed, browser: Browser, listen: Callable[[Any, str, Callable[..., None]], None]
) -> None:
    calls = Counter[str]()
    client = day.wfm.aws.tables.tenants._table.meta.client
    listen(client, "before-call.dynamodb", lambda model, **_: calls.update([model.name]))
    counts = []
    for size in (MOST_TENANTS, 3 * MOST_TENANTS):
        for number in range(size):
            day.put_row(f"tenant{number:04}")
        calls.clear()

        browser.open("/timeline")

        counts.append(dict(calls))
    assert counts[0] == counts[1] == {"Scan": 1, "BatchGetItem": 1, "Query": 3 * MOST_TENANTS}


def test_what_cannot_be_is_refused_in_a_sentence(day: Deployed, browser: Browser) -> None:
    answer = browser.get("/timeline?since=soon")

    assert answer.status_code == 400
    assert "since: &#39;soon&#39; cannot be read" in answer.text
