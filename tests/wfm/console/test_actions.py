"""What the console changes, as the commands do: shown first, then done, with who did it on the row."""

import json
import re
from html import unescape

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.executions import FakeStepFunctions
from tests.wfm.deployed import Deployed
from tests.wfm.onboarding import FakeOnboarding
from tests.wfm.post import FakeLifecycle, Post, body
from wfm.console.actions import ACTIONS

ME = "moto"  # as STS names who asks


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def row(deployed: Deployed, table: str, **key: str) -> dict[str, object]:
    found: dict[str, object] = deployed.table(table).get_item(Key=key)["Item"]
    return found


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.path)
def test_no_action_is_done_by_looking_at_it(browser: Browser, action: object) -> None:
    path = getattr(action, "path", "")

    assert browser.get(path).status_code == 400  # it names nothing to do it to
    assert browser.post(path, origin="http://evil.example").status_code == 403


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.path)
def test_a_console_that_only_shows_does_nothing(deployed: Deployed, action: object) -> None:
    path = getattr(action, "path", "")

    assert Browser(deployed.wfm, read_only=True).post(path, {"tenant": "acme"}).status_code == 403


def test_a_run_is_sent_as_it_was_shown_and_once(deployed: Deployed, post: Post, browser: Browser) -> None:
    deployed.put_workflow()

    form = browser.open("/run/start?tenant=acme")
    assert "<button class=" not in form.partition("Preview</button>")[2]
    shown = browser.open("/run/start?tenant=acme&workflow=reach&window=last+7+days")
    fields = {**hidden(shown), "workflow": "reach", "window": "last 7 days"}
    first, again = browser.post("/run/start", fields), browser.post("/run/start", fields)

    assert "reach runs once for acme, over 20" in shown
    assert [answer.status_code for answer in (first, again)] == [303, 303]
    (sent,) = post.waiting()
    assert (sent["requestId"], sent["source"]) == (fields["request"], f"console:{ME}")
    assert sent["payload"]["timeWindowName"] == "last 7 days"


def test_a_window_that_cannot_be_is_said_above_the_form(deployed: Deployed, post: Post, browser: Browser) -> None:
    deployed.put_workflow()

    answer = browser.post("/run/start", {"tenant": "acme", "workflow": "reach", "window": "soon"})

    assert answer.status_code == 400
    assert "soon" in answer.text
    assert post.waiting() == []


def test_a_request_is_cancelled_with_who_did_it_as_the_reason(
    deployed: Deployed, lifecycle: FakeLifecycle, executions: FakeStepFunctions, browser: Browser
) -> None:
    deployed.put_tenant()
    deployed.put_request("r1", "QUEUED")

    shown = browser.open("/run/cancel?tenant=acme&id=r1")
    done = browser.post("/run/cancel", hidden(shown))

    assert "r1 of acme, reach, is QUEUED." in shown
    assert (done.status_code, done.headers["location"]) == (303, "/run?tenant=acme&id=r1")
    cancelled = row(deployed, "ExecutionRequests", customerId="acme", requestId="r1")
    assert (cancelled["status"], cancelled["reason"]) == ("CANCELLED", f"cancelled in the console by {ME}")
    assert "there is nothing to cancel" in browser.open("/run/cancel?tenant=acme&id=r1")


def test_a_failed_request_is_sent_again_and_says_by_whom(
    deployed: Deployed, post: Post, executions: FakeStepFunctions, browser: Browser
) -> None:
    deployed.put_request("r1", "FAILED", reason="no such column", request=json.loads(body("r1")))

    shown = browser.open("/run/resubmit?tenant=acme&id=r1")
    done = browser.post("/run/resubmit", hidden(shown))

    assert "no such column" in shown
    assert done.status_code == 303
    (sent,) = post.waiting()
    failed = row(deployed, "ExecutionRequests", customerId="acme", requestId="r1")
    assert (failed["resubmittedAs"], failed["resubmittedBy"]) == (sent["requestId"], ME)


@pytest.mark.parametrize(("verb", "before", "paused"), [("pause", "ACTIVE", True), ("resume", "PAUSED", False)])
def test_a_tenant_is_paused_and_resumed(
    deployed: Deployed, machine: FakeOnboarding, browser: Browser, verb: str, before: str, *, paused: bool
) -> None:
    deployed.put_tenant("acme", before)

    shown = browser.open(f"/tenant/{verb}?tenant=acme")
    done = browser.post(f"/tenant/{verb}", hidden(shown))

    assert f"acme is {before}." in shown
    assert done.status_code == 303
    tenant = row(deployed, "Tenants", customerId="acme")
    assert (tenant["paused"], tenant["pauseSetBy"]) == (paused, ME)


def test_a_schedule_is_paused_and_resumed(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()
    schedule = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "rate(1 day)", "Input": "{}"}
    deployed.table("Schedules").put_item(Item=schedule)
    key = {"customerId": "acme", "Name": "daily"}

    paused = browser.post("/schedule/pause", hidden(browser.open("/schedule/pause?tenant=acme&name=daily")))
    assert paused.status_code == 303
    assert row(deployed, "Schedules", **key)["paused"] is True
    browser.post("/schedule/resume", hidden(browser.open("/schedule/resume?tenant=acme&name=daily")))

    assert "paused" not in row(deployed, "Schedules", **key)
    assert row(deployed, "Schedules", **key)["pauseSetBy"] == ME


def test_a_dead_letter_is_corrected_and_sent_again(deployed: Deployed, post: Post, browser: Browser) -> None:
    deployed.put_workflow()
    post.put_dead('{"customerId": "acme", "payload": {}}', "r1")

    form = browser.open("/dead-letter/redrive?tenant=acme&id=r1&correct=yes")
    wrong = browser.post("/dead-letter/redrive", {**hidden(form), "message": "{"})
    right = browser.post("/dead-letter/redrive", {**hidden(form), "message": body(None)})

    assert "&#34;customerId&#34;: &#34;acme&#34;" in form
    assert (wrong.status_code, right.status_code) == (303, 303)
    assert len(post.waiting()) == 1
    assert post.dead_letters() == []


def test_a_page_offers_actions_only_where_they_are_taken(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()

    assert "/tenant/pause?" in browser.open("/tenant?tenant=acme")
    assert "/tenant/pause?" not in Browser(deployed.wfm, read_only=True).open("/tenant?tenant=acme")
