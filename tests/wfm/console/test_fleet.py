import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed
from wfm.console.queries.fleet import PAGE_SIZE

NOON = "2026-11-23T15:00:00Z"


def names(page: str) -> list[str]:
    return re.findall(r'<tr id="tenant-([^"]*)"', page)


def test_without_tenants_it_says_what_to_do_first(browser: Browser) -> None:
    page = browser.open("/fleet")

    assert "No tenants yet." in page
    assert "wfm tenants add" in page


def test_a_tenant_is_a_line_with_what_waits_runs_and_failed(
    deployed: Deployed, browser: Browser, stand_still: StandStill
) -> None:
    stand_still(NOON)
    deployed.put_tenant("acme", customerName="Acme Ltd", lastLookedAt="2026-11-23T14:59:00.000Z")
    deployed.put_gate("acme", {"r1"}, external=1)
    deployed.put_waiter("r2", arrival="2026-11-23T14:40:00.000Z")
    deployed.put_request("r3", "FAILED")

    page = browser.open("/fleet")

    cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", page.partition("<tbody>")[2], re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]*>", "", cell).split()) for cell in cells]
    assert words == [
        "acme Acme Ltd", "ACTIVE", "0", "1", "2 of 2", "1", "20 min 00 s", "2026-11-23 14:59:00", "", "",
    ]  # fmt: skip
    bad = "/runs?tenant=acme&amp;status=FAILED+or+REJECTED&amp;since=2026-11-23T00%3A00%3A00.000Z"
    assert f'<a href="{bad}"><strong class="bad">1</strong></a>' in page


def test_those_that_need_somebody_come_first(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant("a-well")
    deployed.put_tenant("b-full")
    deployed.put_gate("b-full", {"r1", "r2"})
    deployed.put_tenant("c-paused", "PAUSED")
    deployed.put_tenant("c-stale")
    watch = {"resultStatus": "STALE", "resultCheckAt": NOON, "staleSince": NOON}
    deployed.table("Workflows").put_item(Item={"customerId": "c-stale", "workflowId": "reach", **watch})
    deployed.put_tenant("d-down", degradedSince="2026-11-23T14:00:00.000Z", degradedReason="AMC refuses its login")
    deployed.put_tenant("e-gone", "OFFBOARDED")

    page = browser.open("/fleet")

    assert names(page) == ["d-down", "c-paused", "c-stale", "b-full", "a-well"]
    assert "AMC refuses its login" in page
    assert "stale: reach" in page
    assert names(browser.open("/fleet?order=name")) == ["a-well", "b-full", "c-paused", "c-stale", "d-down"]


def test_the_address_holds_the_filters(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant("acme", customerName="Anvils")
    deployed.put_tenant("birch", "PAUSED")

    assert names(browser.open("/fleet?search=ANV")) == ["acme"]
    assert names(browser.open("/fleet?status=PAUSED")) == ["birch"]
    assert "No tenant fits." in browser.open("/fleet?status=FAILED")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("status=WELL", "status: &#39;WELL&#39; is not known; allowed: PROVISIONING"),
        ("page=0", "page: &#39;0&#39; cannot be"),
        ("page=%C2%B2", "page: "),
        ("search=" + "x" * 301, "search: has 301 characters"),
    ],
)
def test_an_address_that_cannot_be_is_refused_in_a_sentence(browser: Browser, query: str, words: str) -> None:
    answer = browser.get(f"/fleet?{query}")

    assert answer.status_code == 400
    assert words in answer.text


def test_calls_grow_with_the_page_and_not_with_the_fleet(
    deployed: Deployed, browser: Browser, listen: Callable[[Any, str, Callable[..., None]], None]
) -> None:
    calls = Counter[str]()
    tables = deployed.wfm.aws.tables.tenants._table.meta.client

    def heard(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    listen(tables, "before-call.dynamodb", heard)
    counts = []
    for size in (PAGE_SIZE, 2 * PAGE_SIZE, 4 * PAGE_SIZE):
        for number in range(size):
            deployed.put_row(f"tenant{number:04}")
        calls.clear()

        browser.open("/fleet")

        counts.append(dict(calls))
    assert counts[0] == counts[1] == counts[2] == {"Scan": 1, "BatchGetItem": 1, "Query": 4 * PAGE_SIZE + 1}


def test_a_second_page_has_the_rest(deployed: Deployed, browser: Browser) -> None:
    for number in range(PAGE_SIZE + 2):
        deployed.put_row(f"tenant{number:04}")

    page = browser.open("/fleet?page=2&order=name")

    assert names(page) == ["tenant0025", "tenant0026"]
    assert "page 2 of 2" in page
    assert 'href="/fleet?page=1&amp;order=name"' in page
