"""What the console changes, as the commands do: shown first, then done, with who did it on the row."""

import json
import re
from collections.abc import Callable
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.wfm.backfilling import Backfilling
from tests.wfm.console.browser import Browser
from tests.wfm.console.executions import FakeStepFunctions
from tests.wfm.deployed import Deployed
from tests.wfm.library_world import put_tenant
from tests.wfm.onboarding import FakeOnboarding
from tests.wfm.post import FakeLifecycle, Post, body
from wfm.console.actions import ACTIONS

ME = "moto"  # as STS names who asks


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


def row(deployed: Deployed, table: str, **key: object) -> dict[str, object]:
    found: dict[str, object] = deployed.table(table).get_item(Key=key)["Item"]
    return found


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.path)
def test_no_action_is_done_by_looking_at_it(browser: Browser, action: object) -> None:
    path = getattr(action, "path", "")

    shown = browser.get(path)  # it names nothing to do it to

    assert shown.status_code == 400 or '<button class="' not in shown.text
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
    deployed.put_request("r1", "REJECTED")

    form = browser.open("/dead-letter/redrive?tenant=acme&id=r1&correct=yes")
    wrong = browser.post("/dead-letter/redrive", {**hidden(form), "message": "{"})
    right = browser.post("/dead-letter/redrive", {**hidden(form), "message": body(None)})

    refused = row(deployed, "ExecutionRequests", customerId="acme", requestId="r1")
    assert refused["resubmittedBy"] == ME
    assert "&#34;customerId&#34;: &#34;acme&#34;" in form
    assert (wrong.status_code, right.status_code) == (303, 303)
    assert len(post.waiting()) == 1
    assert post.dead_letters() == []


def test_a_page_offers_actions_only_where_they_are_taken(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()

    assert "/tenant/pause?" in browser.open("/tenant?tenant=acme")
    assert "/tenant/pause?" not in Browser(deployed.wfm, read_only=True).open("/tenant?tenant=acme")


FORM = {"workflow": "reach", "tenants": "acme", "from": "2026-01-01", "to": "2026-01-15", "by": "week"}


@pytest.fixture
def backfilling(deployed: Deployed) -> Backfilling:
    made = Backfilling(deployed)
    made.put_tenants("acme", "birch")
    return made


def test_a_backfill_is_started_as_it_was_shown_and_once(
    deployed: Deployed, backfilling: Backfilling, browser: Browser
) -> None:
    form = browser.open("/backfill/start")
    shown = browser.open(f"/backfill/start?{urlencode(FORM)}")
    fields = FORM | hidden(shown)
    first, again = browser.post("/backfill/start", fields), browser.post("/backfill/start", fields)

    assert "Start " not in form.partition("Preview</button>")[2]
    assert "2 requests: 2 windows x 1 parameter set x 1 tenant." in shown
    assert "Start 2 runs</button>" in shown
    assert (first.status_code, first.headers["location"]) == (303, f"/backfill?id={fields['id']}")
    assert again.headers["location"] == first.headers["location"]
    assert browser.open("/backfills").count('<th scope="row">') == 1
    plan = backfilling.plan(fields["id"])
    assert (plan["customerIds"], plan["days"], plan["startedBy"]) == (["acme"], 7, ME)


def test_a_backfill_may_be_for_all_and_by_a_zone(backfilling: Backfilling, browser: Browser) -> None:
    fields = FORM | {"id": "q1", "tenants": "all", "by": "month", "to": "2026-03-01", "zone": "Europe/Berlin"}

    assert browser.post("/backfill/start", fields).status_code == 303

    plan = backfilling.plan("q1")
    assert (plan["customerIds"], plan["by"]) == (["acme", "birch"], "month")
    assert plan["payload"] == {"timeWindowTimeZone": "Europe/Berlin", "dateFunctionsTimeZone": "window"}


def test_a_backfill_of_what_is_missing_is_what_was_shown(
    deployed: Deployed, backfilling: Backfilling, browser: Browser
) -> None:
    asked = FORM | {"only": "missing", "newest": "yes"}
    window = {"timeWindowStart": "2026-01-01T00:00:00", "timeWindowEnd": "2026-01-08T00:00:00"}
    deployed.put_request("r1", "SUCCEEDED", execution={"workflowId": "reach", "timeWindowType": "EXPLICIT", **window})

    shown = browser.open(f"/backfill/start?{urlencode(asked)}")
    fields = asked | hidden(shown)
    done = browser.post("/backfill/start", fields)

    assert "acme: 1 of 2 are missing: 1 never asked; left out: 1 succeeded." in shown
    assert done.status_code == 303
    assert backfilling.plan(fields["id"])["numbers"] == "0"
    assert browser.open(done.headers["location"]).count('<td class="cell">') == 1
    del fields["numbers"]
    assert "numbers: are missing" in browser.post("/backfill/start", fields).text


def test_a_backfill_of_what_has_changed_says_why_and_has_labels(
    deployed: Deployed, backfilling: Backfilling, browser: Browser
) -> None:
    asked = FORM | {"only": "missing or changed", "label": "team=emea, kind=repair"}
    window = {"timeWindowStart": "2026-01-01T00:00:00", "timeWindowEnd": "2026-01-08T00:00:00"}
    body = {"workflowId": "reach", "timeWindowType": "EXPLICIT", **window}
    deployed.put_request("r1", "SUCCEEDED", execution=body, definitionHash="0f")

    shown = browser.open(f"/backfill/start?{urlencode(asked)}")
    fields = asked | hidden(shown)
    done = browser.post("/backfill/start", fields)

    assert "acme: 2 of 2 are missing or changed: 1 definition, 1 never asked." in shown
    assert "acme: 2026-01-01T00:00:00 to 2026-01-08T00:00:00: definition, 1 request" in shown
    assert done.status_code == 303
    assert backfilling.plan(fields["id"])["labels"] == {"team": "emea", "kind": "repair"}


def test_a_form_for_what_failed_says_that_nothing_did(backfilling: Backfilling, browser: Browser) -> None:
    shown = browser.open(f"/backfill/start?{urlencode(FORM | {'only': 'failed'})}")

    assert "Nothing is left to run." in shown
    assert "runs</button>" not in shown


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"only": "broken"}, "only: &#39;broken&#39; is not known; allowed: all, missing, failed"),
        ({"tenants": "acne"}, "did you mean acme"),
        ({"label": "x" * 2_000}, "label: has 2000 characters; allowed: at most 1950"),
        ({"label": "emea"}, "cannot be read; allowed: KEY=VALUE"),
        ({"label": "aws:x=1"}, "is no usable name"),
        ({"workflow": "rich"}, "rich"),
        ({"from": "2026-02-01"}, "2026"),
        ({"by": "year"}, "by: &#39;year&#39; is not known; allowed: day, week, month"),
        ({"zone": "Mars"}, "Mars"),
        ({"to": "2026-01-10"}, "2026-01-10"),
        ({"tenants": "all", "workflow": "rich"}, "no ACTIVE tenant has the workflow"),
    ],
)
def test_a_backfill_that_cannot_be_is_refused_before_anything_begins(
    backfilling: Backfilling, browser: Browser, fields: dict[str, str], words: str
) -> None:
    asked = FORM | fields

    shown = browser.get(f"/backfill/start?{urlencode(asked)}")
    sent = browser.post("/backfill/start", asked | {"id": "q1"})

    assert [answer.status_code >= 400 for answer in (shown, sent)] == [True, True]
    assert words in shown.text
    assert "No backfill in the last 90 days." in browser.open("/backfills")


def test_a_library_workflow_is_rolled_out_again(
    deployed: Deployed, browser: Browser, rollout_machine: Callable[[], list[str]]
) -> None:
    put_tenant(deployed, "acme")
    record = {"workflowId": "reach", "version": 2, "sqlQuery": "SELECT 1", "rolloutStatus": "FAILED"}
    record["rolloutExecution"] = "reach-1"
    deployed.table("WorkflowLibrary").put_item(Item=record)

    shown = browser.open("/library/rollout?workflow=reach")
    assert rollout_machine() == []
    done = browser.post("/library/rollout", hidden(shown))

    assert "Version 2 of reach is FAILED" in shown
    assert "Reaches 1 tenant: acme." in shown
    assert (done.status_code, done.headers["location"]) == (303, "/library/workflow?workflow=reach")
    (name,) = rollout_machine()
    assert name.startswith("reach-")
    assert row(deployed, "WorkflowLibrary", workflowId="reach", version=2)["rolloutAskedBy"] == ME
    assert f"<dt>rolled out again by<dd>{ME}" in browser.open("/library/workflow?workflow=reach")


def test_a_record_that_cannot_be_read_is_not_rolled_out(deployed: Deployed, browser: Browser) -> None:
    deployed.table("WorkflowLibrary").put_item(Item={"workflowId": "reach", "version": 1, "sqlQuery": 7})

    answer = browser.get("/library/rollout?workflow=reach")

    assert (answer.status_code, "its record cannot be read" in answer.text) == (400, True)
    assert browser.post("/library/rollout", {"workflow": "reach"}).status_code == 400
