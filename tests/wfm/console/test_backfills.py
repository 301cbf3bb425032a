import re

import pytest

from tests.wfm.backfilling import Backfilling
from tests.wfm.console.browser import Browser
from tests.wfm.console.executions import Events, FakeStepFunctions
from tests.wfm.deployed import Deployed


@pytest.fixture
def machine(deployed: Deployed, executions: FakeStepFunctions) -> Backfilling:
    made = Backfilling(deployed)
    executions.put(f"{made.arn.replace(':stateMachine:', ':execution:')}:q1", Events().enter("WaitForSlot"))
    return made


def test_without_backfills_it_says_what_to_do_first(machine: Backfilling, browser: Browser) -> None:
    assert "wfm backfill start" in browser.open("/backfills")


def test_a_backfill_is_a_grid_of_windows_and_tenants(
    deployed: Deployed, machine: Backfilling, browser: Browser
) -> None:
    machine.put_tenants("acme", "birch")
    machine.start("q1", "acme", "birch")
    for number, (customer, status) in enumerate([("acme", "SUCCEEDED"), ("birch", "FAILED"), ("acme", "RUNNING")]):
        deployed.put_request(f"q1-{number}", status, customerId=customer, backfillId="q1")

    page = browser.open("/backfill?id=q1")

    cells = re.findall(r'<td class="cell (\w+)"><a href="/run\?tenant=(\w+)&amp;id=(q1-\d+)"', page)
    assert cells[:2] == [("succeeded", "acme", "q1-0"), ("running", "acme", "q1-2")]
    assert cells[6] == ("failed", "birch", "q1-1")
    assert {status for status, *_ in cells[2:6] + cells[7:]} == {"buffered"}
    assert "2 of 12 have ended" in page
    assert 'href="/backfill?id=q1"' in browser.open("/backfills")


def test_backfills_are_chosen_by_label_and_show_what_was_made_up_for(
    deployed: Deployed, machine: Backfilling, browser: Browser
) -> None:
    machine.put_tenants("acme")
    machine.start("q1", "acme", end="2024-01-08", labels={"team": "emea"})
    machine.start("q2", "acme", end="2024-01-08", labels={"team": "us"})
    deployed.put_request("q1-0", "FAILED", backfillId="q1")
    deployed.put_request("q1-0-r2", "SUCCEEDED")
    machine.stop("q1")

    page, other = browser.open("/backfills?label=team%3Demea"), browser.open("/backfills?workflow=geo")

    assert ('id=q1"' in page, 'id=q2"' in page) == (True, False)
    assert 'name="label" value="team=emea"' in page
    assert 'href="/backfills?label=team%3Demea"' in page
    assert '<a href="/runs?label=team%3Demea">as runs</a>' in page
    assert "1 of 1 made up for by resubmission" in page
    assert "No backfill in the last 90 days that fits." in other
    shown = browser.open("/backfill?id=q1")
    assert "1 of 1 made up for by resubmission" in shown
    assert 'href="/backfills?label=team%3Demea">team=emea</a>' in shown


def test_a_backfill_is_cancelled_by_who_it_is(machine: Backfilling, browser: Browser) -> None:
    machine.put_tenants("acme")
    machine.start("q1", "acme")

    assert "0 of 6 requests have ended" in browser.open("/backfill/cancel?id=q1")
    done = browser.post("/backfill/cancel", {"id": "q1"})

    assert (done.status_code, done.headers["location"]) == (303, "/backfill?id=q1")
    assert machine.status("q1") == "ABORTED"
    assert "q1 is being cancelled." in browser.open("/backfill?id=q1")
    assert "q1 is being cancelled." not in browser.open("/backfill?id=q1")


def test_a_backfill_that_is_over_is_not_cancelled(machine: Backfilling, browser: Browser) -> None:
    machine.put_tenants("acme")
    machine.start("q1", "acme")
    machine.stop("q1")

    assert "<button" not in browser.open("/backfill/cancel?id=q1")
    assert browser.post("/backfill/cancel", {"id": "q1"}).status_code == 400


def test_a_backfill_is_paused_and_resumed_by_who_it_is(
    deployed: Deployed, machine: Backfilling, executions: FakeStepFunctions, browser: Browser
) -> None:
    arn = f"{machine.arn.replace(':stateMachine:', ':execution:')}"
    executions.put(f"{arn}:q1-r2", Events().enter("PlanBackfill"))
    machine.put_tenants("acme")
    machine.start("q1", "acme", end="2024-01-15")

    assert "Pause it</button>" in browser.open("/backfill/pause?id=q1")
    done = browser.post("/backfill/pause", {"id": "q1"})
    assert (done.status_code, machine.status("q1")) == (303, "ABORTED")

    machine.pause("q1")
    assert "<button" not in browser.open("/backfill/resume?id=q1")
    assert browser.post("/backfill/resume", {"id": "q1"}).status_code == 400
    for number, status in enumerate(["SUCCEEDED", "CANCELLED"]):
        deployed.put_request(f"q1-{number}", status, backfillId="q1")
    assert "/backfill/resume?id=q1" in browser.open("/backfill?id=q1")
    assert "Resume it</button>" in browser.open("/backfill/resume?id=q1")
    resumed = browser.post("/backfill/resume", {"id": "q1"})
    assert (resumed.status_code, resumed.headers["location"]) == (303, "/backfill?id=q1-r2")
    assert machine.plan("q1-r2")["numbers"] == "1"
