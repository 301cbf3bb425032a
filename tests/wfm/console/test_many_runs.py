"""However many runs there have been, a page costs what it shows, and leaves nothing behind."""

import gc
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import StandStill
from tests.wfm.deployed import Deployed
from wfm.console.live import MOST_PARTS
from wfm.console.queries.runs import MOST_RUNS

TENANTS = ("acme",)
LOADS = 60
NOW = "2026-11-23T15:00:00Z"


def put_runs(deployed: Deployed, first: int, last: int) -> None:
    """Of each tenant a run for each number, one after another since midnight; each tenth has failed."""
    with deployed.table("ExecutionRequests").batch_writer() as rows:
        for number in range(first, last):
            asked = f"2026-11-23T{number // 60:02}:{number % 60:02}:00.000Z"
            status = "FAILED" if number % 10 == 0 else "SUCCEEDED"
            for tenant in TENANTS:
                row = {"customerId": tenant, "requestId": f"{tenant}-{number:04}", "workflowId": "reach"}
                rows.put_item(Item=row | {"status": status, "source": "schedule:daily", "requestedAt": asked})


@pytest.mark.parametrize("path", ["/fleet", "/runs"])
def test_calls_grow_with_the_page_and_not_with_the_runs(
    deployed: Deployed,
    browser: Browser,
    stand_still: StandStill,
    path: str,
    *,
    listen: Callable[[Any, str, Callable[..., None]], None],
) -> None:
    stand_still(NOW)
    for tenant in TENANTS:
        deployed.put_row(tenant)
    calls, read = Counter[str](), Counter[str]()

    def heard(http_response: Any, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        calls[model.name] += 1
        read[model.name] += len(parsed.get("Items", []))

    listen(deployed.wfm.aws.tables.tenants._table.meta.client, "after-call.dynamodb", heard)
    seen = []
    for first, last in ((0, MOST_RUNS + 20), (MOST_RUNS + 20, 5 * MOST_RUNS)):
        put_runs(deployed, first, last)
        calls.clear()
        read.clear()

        browser.open(path)

        seen.append((dict(calls), dict(read)))
    assert seen[0] == seen[1]
    assert seen[0][0]["Query"] <= 4 * len(TENANTS) + 1  # and one for all stale results


def test_what_a_page_took_is_given_back(deployed: Deployed, browser: Browser, stand_still: StandStill) -> None:
    stand_still(NOW)
    deployed.put_row("acme")
    put_runs(deployed, 0, 3)
    for number in range(MOST_PARTS):  # so many are kept
        browser.open(f"/part/run?tenant=acme&id=nothing-{number}")
    counts = []

    for loads in (10, LOADS):
        for number in range(loads):  # each has an address of its own, as of one who goes from page to page
            for path in ("/fleet", "/runs", "/part/runs"):
                browser.open(f"{path}?page=1&search={loads}-{number}")
        gc.collect()
        counts.append(sum(not str(type(one).__module__).startswith("moto.") for one in gc.get_objects()))

    assert counts[1] - counts[0] < LOADS
