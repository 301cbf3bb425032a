import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed
from wfm.console.queries.runs import MOST_RUNS, MOST_TENANTS


def listed(page: str) -> tuple[list[str], list[str]]:
    """The ids below Active and below Ended."""
    active, _, ended = page.partition("<h2>Ended</h2>")
    found = re.compile(r'<th scope="row"><a href="/run\?tenant=[^"]*">([^<]*)</a>')
    return found.findall(active), found.findall(ended)


def test_without_runs_it_says_what_to_do_first(deployed: Deployed, browser: Browser) -> None:
    assert "wfm tenants add" in browser.open("/runs")
    deployed.put_tenant()
    assert "wfm run WORKFLOW CUSTOMER" in browser.open("/runs")


def test_those_that_have_not_ended_stand_apart_and_the_others_by_their_end(
    deployed: Deployed, browser: Browser
) -> None:
    deployed.put_tenant()
    deployed.put_request(
        "late", "SUCCEEDED", endedAt="2026-11-23T15:00:00.000Z", requestedAt="2026-11-23T10:00:00.000Z"
    )
    deployed.put_request("early", "FAILED", endedAt="2026-11-23T14:00:00.000Z", requestedAt="2026-11-23T12:00:00.000Z")
    deployed.put_request("waits", "WAITING", openSince="2026-11-23T14:20:49.000Z")
    deployed.put_execution("elsewhere")

    assert listed(browser.open("/runs")) == (["waits", "elsewhere"], ["late", "early"])


def test_labels_are_a_filter_that_stays_in_the_address(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "SUCCEEDED", labels={"team": "emea", "kind": "daily"})
    deployed.put_request("r2", "RUNNING", labels={"team": "emea"}, openSince="2026-11-23T14:20:49.000Z")
    deployed.put_request("r3", "SUCCEEDED")

    page = browser.open("/runs?label=team%3Demea&tenant=acme")

    assert listed(page) == (["r2"], ["r1"])
    assert 'name="label" value="team=emea"' in page
    assert "/timeline?label=team%3Demea&amp;tenant=acme" in page
    assert listed(browser.open("/runs?label=team%3Demea,kind%3Ddaily")) == ([], ["r1"])
    assert "KEY=VALUE" in browser.get("/runs?label=emea").text
    ten = ",".join(f"l{number}={'x' * 100}" for number in range(10))
    assert listed(browser.open(f"/runs?label={ten}")) == ([], [])


def test_the_address_holds_the_filters(deployed: Deployed, browser: Browser) -> None:
    for customer in ("acme", "birch"):
        deployed.put_tenant(customer)
        deployed.put_request(f"{customer}-1", "SUCCEEDED", customerId=customer)
        deployed.put_request(
            f"{customer}-2", "FAILED", customerId=customer, workflowId="sales", source="schedule:daily"
        )

    def ended(query: str) -> set[str]:
        return set(listed(browser.open(f"/runs?{query}"))[1])

    assert ended("tenant=acme") == {"acme-1", "acme-2"}
    assert ended("tenant=acme,birch&workflow=sales") == {"acme-2", "birch-2"}
    assert ended("status=SUCCEEDED") == {"acme-1", "birch-1"}
    assert ended("source=schedule") == {"acme-2", "birch-2"}
    assert ended("until=2026-11-01T00:00:00Z") == set()


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("tenant=nobody", 404, "no customer &#39;nobody&#39;"),
        ("status=DONE", 400, "allowed: QUEUED"),
        ("since=soon", 400, "since: &#39;soon&#39; cannot be read"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    deployed: Deployed, browser: Browser, query: str, status: int, words: str
) -> None:
    deployed.put_tenant()

    answer = browser.get(f"/runs?{query}")

    assert (answer.status_code, words in answer.text) == (status, True)


def test_an_active_run_is_there_however_many_came_after_it(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()
    deployed.put_request("old", "RUNNING", requestedAt="2026-11-20T00:00:00.000Z", openSince="2026-11-20T00:00:00.000Z")
    for number in range(MOST_RUNS):
        deployed.put_request(f"r{number:03}", "SUCCEEDED", requestedAt="2026-11-23T10:00:00.000Z")

    active, ended = listed(browser.open("/runs"))

    assert (active, len(ended)) == (["old"], MOST_RUNS)


def test_earlier_ones_have_an_address(deployed: Deployed, browser: Browser, stand_still: StandStill) -> None:
    stand_still("2026-11-24T00:00:00Z")
    deployed.put_tenant()
    for number in range(MOST_RUNS + 1):
        deployed.put_request(
            f"r{number:03}", "SUCCEEDED", requestedAt=f"2026-11-23T{number // 60:02}:{number % 60:02}:00.000Z"
        )

    first = browser.open("/runs?tenant=acme")
    link = re.search(r'<a rel="next" href="([^"]*)"', first)
    assert link is not None

    assert listed(first)[1][-1] == "r001"
    assert listed(browser.open(link[1].replace("&amp;", "&")))[1] == ["r000"]


def test_calls_grow_with_the_page_and_not_with_the_fleet(
    deployed: Deployed, browser: Browser, listen: Callable[[Any, str, Callable[..., None]], None]
) -> None:
    calls = Counter[str]()
    listen(
        deployed.wfm.aws.tables.tenants._table.meta.client,
        "before-call.dynamodb",
        lambda model, **_: calls.update([model.name]),
    )
    counts = []
    for size in (MOST_TENANTS, 3 * MOST_TENANTS):
        for number in range(size):
            deployed.put_row(f"tenant{number:04}")
        calls.clear()

        browser.open("/runs")

        counts.append(dict(calls))
    assert counts[0] == counts[1] == {"Scan": 1, "BatchGetItem": 1, "Query": 3 * MOST_TENANTS}
    assert f"Of {3 * MOST_TENANTS} tenants" in browser.open("/runs")
