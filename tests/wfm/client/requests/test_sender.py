import json
import re
from typing import Any

import pytest

from wfm.errors import InvalidRecord, InvalidRequest, UnknownCustomer, UnknownWorkflow


def test_a_run_becomes_one_message_in_the_tenants_queue(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    request_id = deployed.wfm.requests.submit(
        "reach", "acme", start="TODAY(-9)", end="TODAY(-2)", parameters={"cap": "3"}, priority="backfill"
    ).request_id

    (message,) = deployed.messages(queue)
    assert re.fullmatch(r"[0-9a-f-]{36}", request_id)
    assert message["Attributes"]["MessageGroupId"] == request_id
    assert message["Attributes"]["MessageDeduplicationId"].startswith(f"{request_id}.")
    assert json.loads(message["Body"]) == {
        "customerId": "acme",
        "requestId": request_id,
        "priority": "backfill",
        "source": "wfm run",
        "payload": {
            "workflowId": "reach",
            "timeWindowStart": "TODAY(-9)",
            "timeWindowEnd": "TODAY(-2)",
            "parameterValues": {"cap": "3"},
        },
    }


def test_a_request_id_that_is_sent_again_is_one_message(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    for _ in range(2):
        deployed.wfm.requests.submit("reach", "acme", request_id="mine")

    assert len(deployed.messages(queue)) == 1


def test_another_request_under_a_known_id_is_refused_before_it_is_sent(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()
    deployed.put_request("mine", "SUCCEEDED", request={"customerId": "acme", "payload": {"workflowId": "geo"}})

    with pytest.raises(InvalidRequest, match="requestId: 'mine' was another request") as refused:
        deployed.wfm.requests.submit("reach", "acme", request_id="mine")

    assert refused.value.field == "requestId"
    assert deployed.messages(queue) == []


def test_the_corrected_request_may_have_the_id_that_was_refused(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()
    deployed.put_request("mine", "REJECTED", request={"message": "{"}, refusedMessage="m1")

    deployed.wfm.requests.submit("reach", "acme", request_id="mine")

    assert len(deployed.messages(queue)) == 1


def test_other_content_under_an_id_that_is_still_in_the_queue_is_another_message_to_sqs(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    for window in ("yesterday", "last 7 days"):
        deployed.wfm.requests.submit("reach", "acme", request_id="mine", window=window)

    assert len(deployed.messages(queue)) == 2


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"priority": "urgent"}, "priority"),
        ({"window_type": "LAST_WEEK"}, "timeWindowType"),
        ({"start": "2026-11-02T00:00:00"}, "timeWindowEnd"),
        ({"start": "2026-11-02T00:00:00", "end": "2026-11-01T00:00:00"}, "timeWindowEnd"),
        ({"start": "TODAYS(-1)", "end": "TODAY()"}, "timeWindowStart"),
        ({"request_id": "has a blank"}, "requestId"),
        ({"parameters": {"list": ["x" * 250_000]}}, "body"),
        ({"window": "yesterday", "labels": ["team"]}, "labels"),
        ({"window": "yesterday", "labels": {1: "emea"}}, "labels"),
        ({"window": "yesterday", "refresh": ["3d"], "amc_dry_run": True}, "refresh"),
    ],
)
def test_what_wfm_could_not_read_is_refused_before_it_is_sent(
    deployed: Any, arguments: dict[str, Any], field: str
) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow()

    with pytest.raises(InvalidRequest) as refused:
        deployed.wfm.requests.submit("reach", "acme", **arguments)

    assert refused.value.field == field
    assert deployed.messages(queue) == []


def test_ages_that_are_no_list_are_refused_as_what_was_given(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.put_workflow()

    with pytest.raises(InvalidRecord, match=r"^refresh: '3d' is no list"):
        deployed.wfm.requests.submit("reach", "acme", window="yesterday", refresh="3d")


@pytest.mark.parametrize("zone", [{"time_zone": "Europe/Berlin"}, {"payload": {"dateFunctionsTimeZone": "UTC"}}])
def test_a_zone_alone_that_would_put_the_workflows_window_out_of_force_is_refused(
    deployed: Any, zone: dict[str, Any]
) -> None:
    queue = deployed.put_tenant()
    row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1"}
    deployed.table("Workflows").put_item(Item=row | {"defaultPayload": {"timeWindowName": "yesterday"}})

    with pytest.raises(InvalidRecord, match="stands without a window, so that of the workflow's defaultPayload would"):
        deployed.wfm.requests.submit("reach", "acme", **zone)

    assert deployed.messages(queue) == []
    deployed.wfm.requests.submit("reach", "acme", window="yesterday", **zone)
    assert len(deployed.messages(queue)) == 1


def test_an_unknown_customer_is_named_with_the_one_that_may_be_meant(deployed: Any) -> None:
    deployed.put_tenant("acme-toys")
    deployed.put_tenant("zebra")

    with pytest.raises(UnknownCustomer, match=re.escape("no customer 'acme_toy'; did you mean acme-toys?")):
        deployed.wfm.requests.submit("reach", "acme_toy")


def test_an_unknown_workflow_is_named_with_the_one_that_may_be_meant(deployed: Any) -> None:
    queue = deployed.put_tenant()
    deployed.put_workflow("reach_and_frequency")
    deployed.put_workflow("geo")

    with pytest.raises(UnknownWorkflow, match=r"no workflow 'reach-and-freq'; did you mean reach_and_frequency\?"):
        deployed.wfm.requests.submit("reach-and-freq", "acme")

    assert deployed.messages(queue) == []


def test_a_workflow_that_was_made_in_amc_by_hand_can_be_run_all_the_same(deployed: Any) -> None:
    queue = deployed.put_tenant()

    deployed.wfm.requests.submit("handmade", "acme", unlisted=True)

    assert len(deployed.messages(queue)) == 1


def test_a_tenant_that_is_not_active_takes_no_requests_and_says_why(deployed: Any) -> None:
    queue = deployed.put_tenant(status="FAILED", reason="the credentials were refused")
    deployed.put_workflow()

    with pytest.raises(UnknownCustomer, match=r"acme is FAILED \(the credentials were refused\)"):
        deployed.wfm.requests.submit("reach", "acme")

    assert deployed.messages(queue) == []


@pytest.mark.parametrize("shown", [{"status": "PAUSED"}, {"degradedSince": "x", "degradedReason": "403"}])
def test_a_tenant_whose_requests_wait_takes_more_of_them(deployed: Any, shown: dict[str, Any]) -> None:
    queue = deployed.put_tenant(**shown)
    deployed.put_workflow()

    deployed.wfm.requests.submit("reach", "acme")

    assert len(deployed.messages(queue)) == 1
