"""What is in tenants' queues, and emptying one without losing anything silently."""

from typing import Any

import pytest

from tests.wfm.post import PAYLOAD, FakeLifecycle, Post, body
from wfm.client.requests.reader import RequestFilter
from wfm.errors import UsageError


def test_a_status_counts_what_waits_and_what_is_dead(deployed: Any, post: Post) -> None:
    post.put(body("r1"))
    post.put(body("r2"))
    post.put_dead("not json", "m1")

    status = deployed.wfm.queues.get("acme")

    assert (status.queue.waiting, status.dead_letters.waiting, status.most_receives) == (2, 1, 1000)
    assert status.oldest_dead is not None


def test_reading_their_status_costs_no_receive_of_what_waits(deployed: Any, post: Post) -> None:
    post.put(body("r1"))

    deployed.wfm.queues.list()
    (message,) = deployed.wfm.queues.peek("acme")

    assert message.receives == 1


def test_tenants_without_a_queue_are_left_out(deployed: Any, post: Post) -> None:
    deployed.put_row("failed-one", "FAILED")

    assert [status.tenant.customer_id for status in deployed.wfm.queues.list()] == ["acme"]


def test_a_queue_that_is_gone_is_reported_as_none(deployed: Any, post: Post) -> None:
    deployed.put_row("gone", queueUrl=post.queue + "x", deadLetterQueueUrl=post.dead + "x")

    status = deployed.wfm.queues.get("gone")

    assert (status.queue, status.dead_letters) == (None, None)
    assert status.as_json()["deadLetters"] is None


def test_what_waits_can_be_peeked_at_and_stays(deployed: Any, post: Post) -> None:
    post.put(body("r1"))

    (message,) = deployed.wfm.queues.peek("acme")

    assert message.body == body("r1")
    assert [each["requestId"] for each in post.waiting()] == ["r1"]


def test_where_a_peek_may_cost_a_message_there_is_none(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.adapters.queue_messages.LONG_POLL_SECONDS", 0)
    post = Post(deployed, receives=3)
    post.put(body("r1"))

    with pytest.raises(UsageError, match="each peek is one of the 3 receives"):
        deployed.wfm.queues.peek("acme")

    assert post.dead_letters() == []


def test_a_purge_records_each_message_as_a_cancelled_request(deployed: Any, post: Post) -> None:
    post.put(body("r1", source="a script"))
    post.put("not json")

    reported = list(deployed.wfm.queues.purge("acme"))

    requests = {request.request_id: request for request in deployed.wfm.requests.list("acme")}
    assert {one.request_id for one in reported} == set(requests)
    assert {request.status for request in requests.values()} == {"CANCELLED"}
    assert (requests["r1"].source, requests["r1"].workflow_id) == ("a script", "reach")
    assert requests["r1"].reason == "cancelled by `wfm queue purge`"
    unread = next(request for name, request in requests.items() if name != "r1")
    assert unread.row["request"] == {"message": "not json"}
    assert all({"endedAt", "expireTimestamp"} <= set(request.row) for request in requests.values())
    assert post.waiting() == []


def test_a_purge_leaves_alone_what_runs_already(deployed: Any, post: Post, lifecycle: FakeLifecycle) -> None:
    lifecycle.running = {"r1"}
    deployed.put_request("r1", "RUNNING")
    post.put(body("r1"))

    (reported,) = deployed.wfm.queues.purge("acme")

    assert (reported.status, lifecycle.stopped) == ("RUNNING", [])
    assert post.waiting() == []


def test_a_purge_ends_what_was_recorded_and_never_started(deployed: Any, post: Post, lifecycle: FakeLifecycle) -> None:
    deployed.put_request("r1", "QUEUED")
    post.put(body("r1"))

    (reported,) = deployed.wfm.queues.purge("acme")

    assert reported.status == "CANCELLED"
    assert deployed.wfm.requests.get("acme", "r1").status == "CANCELLED"


def put_two_workflows(post: Post, each: int) -> set[str]:
    """So many messages of `reach`, and as many of `geo`, whose ids are given back."""
    for number in range(each):
        post.put(body(f"r{number}"))
        post.put(body(f"g{number}", payload={**PAYLOAD, "workflowId": "geo"}))
    return {f"g{number}" for number in range(each)}


def waiting(deployed: Any) -> set[str]:
    return {request.request_id for request in deployed.wfm.requests.buffered.list("acme")}


def test_a_purge_of_one_workflow_leaves_the_rest_to_be_taken(deployed: Any, post: Post) -> None:
    others = put_two_workflows(post, each=12)

    reported = list(deployed.wfm.queues.purge("acme", RequestFilter("reach"), "wrong month"))

    assert {(one.request_id, one.status) for one in reported} == {(f"r{number}", "CANCELLED") for number in range(12)}
    assert {(each.status, each.reason) for each in deployed.wfm.requests.list("acme")} == {("CANCELLED", "wrong month")}
    assert waiting(deployed) == others


def test_what_waits_is_chosen_by_backfill_and_by_when_it_was_sent(deployed: Any, post: Post) -> None:
    post.put(body("r1"))
    post.put(body("b1-1", backfillId="b1", source="backfill:b1"))
    waiting = deployed.wfm.requests.buffered.list

    assert [(each.request_id, each.status) for each in waiting("acme", RequestFilter(backfill="b1"))] == [
        ("b1-1", "BUFFERED")
    ]
    assert waiting("acme", RequestFilter(since="2100-01-01T00:00:00.000Z")) == []
    assert len(waiting("acme", RequestFilter(since="2020-01-01T00:00:00.000Z", until="2100-01-01T00:00:00.000Z"))) == 2


def test_what_nobody_can_read_fits_no_workflow(deployed: Any, post: Post) -> None:
    post.put("not json")

    assert list(deployed.wfm.queues.purge("acme", RequestFilter("reach"))) == []
    assert len(waiting(deployed)) == 1


def test_a_purge_that_ends_halfway_puts_back_what_it_had_in_hand(deployed: Any, post: Post) -> None:
    others = put_two_workflows(post, each=3)
    purging = deployed.wfm.queues.purge("acme", RequestFilter("reach"))

    first = next(purging)
    purging.close()

    assert others < waiting(deployed)
    assert first.request_id not in waiting(deployed)


def test_a_purge_that_is_killed_between_record_and_deletion_is_made_up_for_by_the_next(
    deployed: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put(body("r1"))
    delete = deployed.wfm.aws.messages.delete
    monkeypatch.setattr(deployed.wfm.aws.messages, "delete", broken)
    with pytest.raises(KeyboardInterrupt):
        list(deployed.wfm.queues.purge("acme", RequestFilter("reach")))
    monkeypatch.setattr(deployed.wfm.aws.messages, "delete", delete)

    (reported,) = deployed.wfm.queues.purge("acme", RequestFilter("reach"))

    assert (reported.before, reported.status) == ("CANCELLED", "CANCELLED")
    assert waiting(deployed) == set()


def broken(*_arguments: object) -> None:
    raise KeyboardInterrupt


def test_where_a_peek_may_cost_a_message_nothing_is_chosen_from(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.client.adapters.queue_messages.LONG_POLL_SECONDS", 0)
    post = Post(deployed, receives=3)
    post.put(body("r1"))

    with pytest.raises(UsageError, match="each peek is one of the 3 receives"):
        list(deployed.wfm.queues.purge("acme", RequestFilter("geo")))

    assert len(list(deployed.wfm.queues.purge("acme"))) == 1


def test_a_tenant_without_a_queue_has_nothing_to_peek_at(deployed: Any) -> None:
    deployed.put_row("acme", "OFFBOARDED")

    with pytest.raises(UsageError, match="acme is OFFBOARDED and has no queue"):
        deployed.wfm.queues.peek("acme")
