import re

from tests.wfm.console.browser import Browser
from tests.wfm.deployed import Deployed


def test_its_slots_and_its_waiting_queue_name_who_has_them(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant(maximumConcurrentWorkflowExecutions=4)
    deployed.put_gate("acme", {"r1"}, external=1)
    deployed.put_request("r2", "WAITING", openSince="2026-11-23T14:20:49.000Z", priority="scheduled")
    deployed.put_waiter("r2")

    page = browser.open("/tenant?tenant=acme")

    boxes = re.findall(r"<li( class=\"taken\")?>(.*?)</li>", page.partition('class="boxes"')[2].partition("</ul>")[0])
    assert [re.sub(r"<[^>]*>", "", text) for _, text in boxes] == ["r1", "elsewhere", "free", "free"]
    queue = page.partition('class="queue"')[2].partition("</ol>")[0]
    assert re.sub(r"<[^>]*>", " ", queue).split() == [">", "r2", "scheduled"]


def test_it_lists_workflows_and_schedules_and_says_what_to_do_without(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()
    empty = browser.open("/tenant?tenant=acme")
    assert "wfm workflows put" in empty
    assert "wfm schedules add" in empty

    deployed.table("Workflows").put_item(
        Item={
            "customerId": "acme", "workflowId": "reach", "syncStatus": "FAILED", "syncReason": "no such column",
            "sqlQuery": "SELECT secret", "durations": {"count": 3, "mean": 6, "variance": 1},
        }
    )  # fmt: skip
    deployed.table("Schedules").put_item(
        Item={"customerId": "acme", "Name": "daily", "ScheduleExpression": "rate(1 day)", "paused": True}
    )

    page = browser.open("/tenant?tenant=acme")

    assert "no such column" in page
    assert "6 min 43 s" in page
    assert "PAUSED" in page
    assert "SELECT secret" not in page


def test_a_tenant_that_is_unknown_is_said_to_be(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()

    answer = browser.get("/tenant?tenant=acne")

    assert answer.status_code == 404
    assert "did you mean acme" in answer.text


def test_it_shows_what_a_schedule_says_of_its_firings(deployed: Deployed, browser: Browser) -> None:
    deployed.put_tenant()
    row = {"customerId": "acme", "Name": "daily", "ScheduleExpression": "daily 08:00", "dueBy": "09:00"}
    rules = {"overlap": "skip", "except": ["2026-12-25"]}
    deployed.table("Schedules").put_item(Item={**row, **rules, "Input": {"payload": {"workflowId": "reach"}}})

    assert "due by 09:00, overlap skip, left out: 2026-12-25" in browser.open("/tenant?tenant=acme")
