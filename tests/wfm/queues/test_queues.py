"""What is in tenants' queues, and emptying one without losing anything silently."""

from typing import Any

import pytest

from tests.wfm.post import FakeLifecycle, Post, body
from wfm.errors import UsageError


def test_a_standing_counts_what_waits_and_what_is_dead(deployed: Any, post: Post) -> None:
    post.put(body("r1"))
    post.put(body("r2"))
    post.put_dead("not json", "m1")

    standing = deployed.wfm.queues.standing("acme")

    assert (standing.queue.waiting, standing.dead_letters.waiting, standing.most_receives) == (2, 1, 1000)
    assert standing.oldest_dead is not None


def test_looking_at_standings_costs_no_receive_of_what_waits(deployed: Any, post: Post) -> None:
    post.put(body("r1"))

    deployed.wfm.queues.standings()
    (message,) = deployed.wfm.queues.look("acme")

    assert message.receives == 1


def test_tenants_without_a_queue_are_left_out(deployed: Any, post: Post) -> None:
    deployed.put_row("failed-one", "FAILED")

    assert [standing.tenant.customer_id for standing in deployed.wfm.queues.standings()] == ["acme"]


def test_a_queue_that_is_gone_is_told_as_none(deployed: Any, post: Post) -> None:
    deployed.put_row("gone", queueUrl=post.queue + "x", deadLetterQueueUrl=post.dead + "x")

    standing = deployed.wfm.queues.standing("gone")

    assert (standing.queue, standing.dead_letters) == (None, None)
    assert standing.as_json()["deadLetters"] is None


def test_what_waits_can_be_looked_at_and_stays(deployed: Any, post: Post) -> None:
    post.put(body("r1"))

    (message,) = deployed.wfm.queues.look("acme")

    assert message.body == body("r1")
    assert [each["requestId"] for each in post.waiting()] == ["r1"]


def test_where_a_look_may_cost_a_message_there_is_none(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wfm.queues.messages.LONG_POLL_SECONDS", 0)
    post = Post(deployed, receives=3)
    post.put(body("r1"))

    with pytest.raises(UsageError, match="each look is one of the 3 receives"):
        deployed.wfm.queues.look("acme")

    assert post.dead_letters() == []


def test_a_purge_records_each_message_as_a_cancelled_request(deployed: Any, post: Post) -> None:
    post.put(body("r1", source="a script"))
    post.put("not json")

    told = list(deployed.wfm.queues.purge("acme"))

    requests = {request.request_id: request for request in deployed.wfm.requests("acme")}
    assert {one.request_id for one in told} == set(requests)
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

    (told,) = deployed.wfm.queues.purge("acme")

    assert (told.status, lifecycle.stopped) == ("RUNNING", [])
    assert post.waiting() == []


def test_a_purge_ends_what_was_recorded_and_never_started(deployed: Any, post: Post, lifecycle: FakeLifecycle) -> None:
    deployed.put_request("r1", "QUEUED")
    post.put(body("r1"))

    (told,) = deployed.wfm.queues.purge("acme")

    assert told.status == "CANCELLED"
    assert deployed.wfm.request("acme", "r1").status == "CANCELLED"


def test_a_tenant_without_a_queue_has_nothing_to_look_at(deployed: Any) -> None:
    deployed.put_row("acme", "OFFBOARDED")

    with pytest.raises(UsageError, match="acme is OFFBOARDED and has no queue"):
        deployed.wfm.queues.look("acme")
