"""Why a request does not run, in one sentence."""

from typing import Any

import pytest

from tests.wfm.commands import Run

A_LINE = [("r8", "2026-11-23T14:00:00.000Z"), ("r1", "2026-11-23T14:20:00.000Z"), ("r9", "2026-11-23T14:30:00.000Z")]


@pytest.fixture
def acme(deployed: Any) -> Any:
    deployed.put_tenant()
    return deployed


def awaited(acme: Any, request_id: str = "r1") -> str:
    sentence: str = acme.wfm.runs.wait_reason(acme.wfm.runs.get("acme", request_id))
    return sentence


def queue_up(acme: Any) -> None:
    acme.put_request("r1", "WAITING")
    for request_id, arrival in A_LINE:
        acme.put_waiter(request_id, arrival=arrival)


def test_in_the_waiting_queue_it_is_reported_who_has_the_slots(acme: Any) -> None:
    queue_up(acme)
    acme.put_gate("acme", {"r5"}, external=1)

    assert awaited(acme) == "a slot (number 2 of 3 that wait): 2 of 2 are taken, by r5 and 1 started elsewhere"


def test_a_tenant_with_free_slots_of_its_own_waits_for_one_of_its_account(acme: Any) -> None:
    acme.put_tenant(amcAmazonAdsAdvertiserId="E1")
    queue_up(acme)
    acme.put_gate("acme", {"r5"})

    assert "1 of 2 are taken, by r5; it needs one of the 200 of its AMC account, too" in awaited(acme)


def test_of_many_holders_the_first_are_named(acme: Any) -> None:
    queue_up(acme)
    acme.put_gate("acme", {f"h{n}" for n in range(7)})

    assert awaited(acme).endswith("7 of 2 are taken, by h0, h1, h2, h3, h4 and 2 more")


def test_that_workflows_take_turns_is_reported_with_the_place(acme: Any) -> None:
    queue_up(acme)
    gate = {"customerId": "acme", "sk": "GATE", "holders": {"r5"}, "externalRunning": 0, "fairBetweenWorkflows": True}
    acme.table("Gate").put_item(Item=gate)

    assert awaited(acme, "r1").startswith("a slot (number 2 of 3 that wait, workflows take turns): 1 of 2")


def test_of_a_degraded_tenant_it_waits_for_amc_to_let_it_in(acme: Any) -> None:
    acme.put_tenant(degradedSince="2026-11-23T14:00:00.000Z", degradedReason="AMC refused with 403")
    queue_up(acme)

    reported = awaited(acme)

    assert reported.startswith("the tenant, DEGRADED since 2026-11-23T14:00:00.000Z: AMC refused with 403; ")
    assert reported.endswith("at once with `wfm tenants resume acme` (number 2 of 3 that wait)")


@pytest.mark.parametrize("status", ["QUEUED", "WAITING"])
def test_of_a_paused_tenant_it_waits_for_somebody(acme: Any, status: str) -> None:
    acme.put_tenant(status="PAUSED")
    queue_up(acme)
    acme.put_request("r1", status)

    assert awaited(acme).startswith("the tenant, which is PAUSED: resume it with `wfm tenants resume acme`")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        ("QUEUED", "its execution, which is about to begin"),
        ("WAITING", "its execution, which continues: it has a slot"),
        ("SUBMITTING", "AMC to accept it, which was tried 3 times so far"),
        ("RUNNING", "AMC: it is in AMC's own queue (PENDING)"),
        ("SUCCEEDED", ""),
        ("CANCELLED", ""),
    ],
)
def test_at_every_other_stage_it_is_reported_whose_turn_it_is(acme: Any, status: str, sentence: str) -> None:
    acme.put_request("r1", status, attempts=3)

    assert awaited(acme) == sentence


def test_an_amc_that_does_not_answer_is_reported_beside_a_run_that_is_active(acme: Any) -> None:
    acme.put_tenant(lookFailure="AMC answered 503", failingSince="2026-11-23T14:00:00.000Z")
    acme.put_request("r1", "RUNNING", workflowExecutionId="e1")
    acme.put_execution("e1", requestId="r1")

    assert awaited(acme) == (
        "AMC: it is RUNNING there; polls of AMC fail since 2026-11-23T14:00:00.000Z: AMC answered 503"
    )


def test_show_tells_it_and_json_has_it(acme: Any, command: Run) -> None:
    queue_up(acme)
    acme.put_gate("acme", {"r5", "r6"})

    shown = command("executions", "show", "r1", "--customer", "acme").out
    json = command("executions", "show", "r1", "--customer", "acme", "--json").out

    assert "waits for           a slot (number 2 of 3 that wait): 2 of 2 are taken, by r5, r6" in shown
    assert '"waitsFor": "a slot (number 2 of 3 that wait)' in json


def test_an_id_that_nobody_knows_is_reported_with_those_like_it_and_where_it_may_be(acme: Any, command: Run) -> None:
    url = acme.put_tenant()
    acme.put_request("monday-reach", "RUNNING")
    acme.wfm.aws.messages.send(url, "{}", "r7")

    ended = command("executions", "show", "monday-raech", "--customer", "acme")

    assert ended.code == 2
    assert "did you mean monday-reach?; about 1 requests are still in its queue" in ended.err
