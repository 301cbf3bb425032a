import json
import re
from typing import Any

from tests.wfm.console.browser import Browser
from tests.wfm.console.conftest import FakeLogs, StandStill
from tests.wfm.deployed import Deployed

NOW = "2026-11-23T15:00:00Z"


def test_without_tenants_it_says_what_to_do_first(browser: Browser) -> None:
    assert "wfm tenants add" in browser.open("/tracking")


def test_it_shows_what_is_due_and_what_was_polled(
    deployed: Deployed, browser: Browser, stand_still: StandStill
) -> None:
    stand_still(NOW)
    polled: dict[str, Any] = {"lastLookedAt": "2026-11-23T14:59:00.000Z", "hasActiveRuns": True}
    deployed.put_row("acme", pollDueAt="2026-11-23T15:10:00.000Z", **polled)
    deployed.put_row("birch", pollDueAt="2026-11-23T14:50:00.000Z", lookProblems=["run e1 is older than AMC lets be"])
    failed = {"lookFailure": "403: not authorised", "failingSince": "2026-11-23T14:00:00.000Z"}
    deployed.put_row("cedar", pollDueAt="2026-11-23T15:05:00.000Z", **failed)

    page = browser.open("/tracking")

    assert re.findall(r'<th scope="row"><a href="/tenant\?tenant=(\w+)"', page) == ["cedar", "birch", "acme"]
    assert "<strong>1</strong> of 3 tenants due" in page
    assert "run e1 is older than AMC lets be" in page
    assert "403: not authorised" in page
    assert "1 min 00 s" in page


def test_the_log_is_asked_only_on_its_own_page_and_once(deployed: Deployed, browser: Browser, logs: FakeLogs) -> None:
    deployed.put_row("acme")

    browser.open("/tracking")
    assert logs.asked == []
    assert "No poll of the last 15 minutes" in browser.open("/tracking/log")

    assert logs.asked == [("TrackTenant", "execution_tracking")]
    assert browser.get("/part/tracking/log").status_code == 404


def test_what_the_last_polls_changed_is_read_from_the_log(deployed: Deployed, browser: Browser, logs: FakeLogs) -> None:
    run = {"customerId": "acme", "workflowExecutionId": "e1", "status": "SUCCEEDED", "message": "recorded"}
    failed = {"type": "TaskFailed", "details": {"error": "AwsBusy", "cause": "slow down"}}
    logs.put("TrackTenant", json.dumps(run))
    logs.put("TrackTenant", json.dumps({"customerId": "birch", "problem": "AMC lists a run twice"}))
    logs.put("TrackTenant", "REPORT RequestId: 1")
    logs.put("TrackTenant", json.dumps({"message": "about nobody"}))
    logs.put("execution_tracking", json.dumps(failed))

    page = browser.open("/tracking/log")

    assert re.findall(r'<td class="why">(.*)</td>', page) == [
        "TaskFailed: AwsBusy: slow down", "AMC lists a run twice", "recorded",
    ]  # fmt: skip
    assert 'href="/run?tenant=acme&amp;id=e1"' in page
