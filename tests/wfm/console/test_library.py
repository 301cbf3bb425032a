import re
from typing import Any

import pytest

from tests.wfm.console.browser import Browser
from tests.wfm.deployed import Deployed


@pytest.fixture
def library(deployed: Deployed) -> Deployed:
    for version, query in ((1, "SELECT 1\nFROM t"), (2, "SELECT 2\nFROM t")):
        record: dict[str, Any] = {"workflowId": "reach", "version": version, "sqlQuery": query}
        done = {"rolloutStatus": "DONE", "rolloutExecution": "x", "rolloutTenants": 2, "rolloutDone": 2}
        deployed.table("WorkflowLibrary").put_item(Item=record | done)
    for customer, status in (("acme", "SYNCED"), ("birch", "FAILED")):
        row = {"customerId": customer, "workflowId": "reach", "syncStatus": status, "libraryVersion": 2}
        deployed.table("Workflows").put_item(Item=row | {"sqlQuery": "SELECT 2", "syncReason": f"reason of {customer}"})
    return deployed


def test_an_empty_library_says_what_to_do_first(browser: Browser) -> None:
    assert "wfm library push" in browser.open("/library")


def test_a_workflow_shows_how_far_its_rollout_has_come(library: Deployed, browser: Browser) -> None:
    assert "2 of 2" in browser.open("/library")

    page = browser.open("/library/workflow?workflow=reach")

    assert "1 of 2 have it in AMC, 0 wait, 1 failed" in page
    assert re.findall(r'href="/tenant\?tenant=(\w+)"', page) == ["birch", "acme"]
    assert "reason of birch" in page


def test_versions_are_compared_when_somebody_asks(library: Deployed, browser: Browser) -> None:
    address = "/library/workflow?workflow=reach"

    assert "SELECT" not in browser.open(address)
    assert "-SELECT 1\n+SELECT 2\n FROM t" in browser.open(f"{address}&show=diff")


def test_a_workflow_that_is_unknown_is_said_to_be(library: Deployed, browser: Browser) -> None:
    answer = browser.get("/library/workflow?workflow=rich")

    assert (answer.status_code, "did you mean reach" in answer.text) == (404, True)
