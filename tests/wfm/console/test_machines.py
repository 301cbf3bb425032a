import re
from datetime import timedelta

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.console.executions import BEGAN, Events, FakeStepFunctions, executions_of
from tests.wfm.deployed import DEPLOYMENT, Deployed
from wfm.model.execution_names import event_execution_name

SYNC = DEPLOYMENT.workflow_sync_arn
ROLLOUT = DEPLOYMENT.library_rollout_arn


def put(executions: FakeStepFunctions, machine: str, event: str, *ids: str, ended: str = "SUCCEEDED") -> str:
    """The name of one more execution, each an hour after the one before it."""
    name = event_execution_name(event, *ids)
    began = BEGAN + timedelta(hours=len(executions.histories))
    events = Events(began).enter("WaitForSlot").try_()
    executions.put(executions_of(machine, name), events, ended)
    return name


def listed(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/execution\?machine=\w+&amp;name=([^"]*)"', page)


def test_all_machines_are_listed_with_what_runs_and_ran_last(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    put(executions, SYNC, "e1", "acme", "reach", ended="")
    last = put(executions, SYNC, "e2", "acme", "reach", ended="FAILED")

    page = browser.open("/machines")

    names = re.findall(r'<th scope="row"><a href="[^"]*">(\w+)</a>', page)
    assert set(names) == set(DEPLOYMENT.machines)
    assert f'href="/execution?machine=workflow_sync&amp;name={last}"' in page
    assert '<td class="n" data-label="Running">1</td>' in page
    assert 'href="/tracking"' in page
    assert executions.calls["list"] == 2 * (len(DEPLOYMENT.machines) - 1)


def test_the_executions_of_a_machine_are_found_by_what_they_are_about(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    first = put(executions, SYNC, "e1", "acme", "reach")
    other = put(executions, SYNC, "e2", "birch", "reach", ended="FAILED")
    latest = put(executions, SYNC, "e3", "acme", "overlap")

    assert listed(browser.open("/machine?machine=workflow_sync")) == [latest, other, first]
    assert listed(browser.open("/machine?machine=workflow_sync&tenant=acme")) == [latest, first]
    assert listed(browser.open("/machine?machine=workflow_sync&tenant=acme&workflow=reach")) == [first]
    assert listed(browser.open("/machine?machine=workflow_sync&status=FAILED")) == [other]
    assert "No execution fits." in browser.open("/machine?machine=library_rollout")


def test_one_execution_is_drawn_with_its_states(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    name = put(executions, ROLLOUT, "e1", "reach", ended="")

    page = browser.open(f"/execution?machine=library_rollout&name={name}")

    assert 'aria-label="WaitForSlot: running"' in page
    assert '<tr id="state-WaitForSlot">' in page
    assert "RUNNING" in browser.open(f"/part/execution?machine=library_rollout&name={name}")


def test_the_newest_about_a_tenant_or_a_workflow_is_followed(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    put(executions, SYNC, "e1", "acme", "reach")
    address = "/execution?machine=workflow_sync&tenant=acme&workflow=reach"
    latest = put(executions, SYNC, "e2", "acme", "reach", ended="")
    put(executions, SYNC, "e3", "acme", "reach-2")
    put(executions, SYNC, "e4", "acme-2", "reach")

    assert latest in browser.open(address)
    newer = put(executions, SYNC, "e5", "acme", "reach", ended="")
    assert newer in browser.open(address)


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("machine=other&name=x", 400, "machine: &#39;other&#39; is not known; allowed: tenant_onboarding"),
        ("machine=workflow_sync", 400, "name: is missing"),
        ("machine=workflow_sync&name=x:y", 400, "is none of an execution"),
        ("machine=workflow_sync&name=gone", 404, "Step Functions does not know"),
        ("machine=workflow_sync&tenant=acme", 404, "workflow_sync has no execution about &#39;acme&#39;"),
    ],
)
@pytest.mark.usefixtures("executions")
def test_what_cannot_be_shown_is_said_in_a_sentence(browser: Browser, query: str, status: int, words: str) -> None:
    answer = browser.get(f"/execution?{query}")

    assert (answer.status_code, words in answer.text) == (status, True)


def test_pages_lead_to_the_executions_that_concern_them(
    deployed: Deployed, executions: FakeStepFunctions, browser: Browser
) -> None:
    deployed.put_tenant()
    deployed.put_workflow()
    record = {"workflowId": "reach", "version": 1, "sqlQuery": "SELECT 1", "rolloutExecution": "reach-1"}
    deployed.table("WorkflowLibrary").put_item(Item=record)

    tenant, library = browser.open("/tenant?tenant=acme"), browser.open("/library/workflow?workflow=reach")

    assert 'href="/execution?machine=tenant_onboarding&amp;tenant=acme"' in tenant
    assert 'href="/execution?machine=workflow_sync&amp;tenant=acme&amp;workflow=reach"' in tenant
    assert 'href="/execution?machine=library_rollout&amp;name=reach-1"' in library
    assert 'href="/execution?machine=workflow_sync&amp;tenant=acme&amp;workflow=reach"' in library
