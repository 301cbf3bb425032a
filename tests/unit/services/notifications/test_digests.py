"""A tenant's day in one message."""

import json
from datetime import timedelta
from typing import Any

from functions.services.notifications.digests import INDEX_LAG, MAX_AGE, send_digest
from tests.builders import a_request_row, a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.model.runs import run_row

AN_HOUR_AGO = NOON - timedelta(hours=1)


def a_world(**tenant: Any) -> World:
    return World(a_tenant_row(digest="daily", **tenant))


def put_run(world: World, run_id: str, status: str, *, at: Any = AN_HOUR_AGO, **fields: Any) -> None:
    """A run of which AMC's last word was written down then."""
    waits = ("queueWait", "slotWait", "amcQueueTime")
    ours: dict[str, Any] = {name: fields.pop(name) for name in waits if name in fields}
    run = a_run(workflowExecutionId=run_id, status=status, createTime=iso(at - timedelta(minutes=9)), **fields)
    world.executions.rows["acme", run_id] = {**run_row("acme", run, at), **ours}


def test_a_day_is_announced_by_workflow_status_reason_and_wait() -> None:
    world = a_world()
    put_run(world, "x1", "SUCCEEDED", queueWait=20.0, slotWait=3600.0)
    put_run(world, "x2", "FAILED", statusReason="out of memory")
    put_run(world, "x3", "FAILED", statusReason="out of memory", workflowId="sales", amcQueueTime=130.0)
    put_run(world, "x4", "RUNNING")
    world.requests.add(
        a_request_row(status="REJECTED", reason="no such workflow", workflowId="raech", endedAt=iso(AN_HOUR_AGO))
    )

    world.clock.now += INDEX_LAG
    assert send_digest("acme", world)

    ((customer_id, text, document),) = world.announcer.digests
    assert customer_id == "acme"
    assert document["workflows"] == {
        "raech": {"REJECTED": 1},
        "reach": {"SUCCEEDED": 1, "FAILED": 1},
        "sales": {"FAILED": 1},
    }
    assert document["failures"] == [{"reason": "out of memory", "runs": 2}, {"reason": "no such workflow", "runs": 1}]
    assert [wait["id"] for wait in document["waits"]] == ["x1", "x3"]
    assert text == (
        "acme, 2026-11-22 12:00 to 2026-11-23 12:00 UTC\n"
        "\n"
        "Ended: 2 FAILED, 1 SUCCEEDED, 1 REJECTED\n"
        "  raech: 1 REJECTED\n"
        "  reach: 1 SUCCEEDED, 1 FAILED\n"
        "  sales: 1 FAILED\n"
        "\n"
        "Failures by reason\n"
        "  2 x out of memory\n"
        "  1 x no such workflow\n"
        "\n"
        "The longest waits (queue, slot, AMC's own queue)\n"
        "  1 h 00 min (20 s, 1 h 00 min, 0 s)  reach x1\n"
        "  2 min (0 s, 0 s, 2 min)  sales x3\n"
    )


def test_failures_that_differ_in_amcs_request_ids_are_one_and_a_result_that_is_not_delivered_is_told() -> None:
    world = a_world()
    channel = {"channel": {"type": "PUBLISH"}, "status": "FAILED", "statusReason": "Access Denied"}
    put_run(world, "x1", "SUCCEEDED", outputChannels=[channel])
    for number in range(2):
        reason = f"AMC refused with 400 (x-amz-rid {number}AB, x-amz-request-id {number}): no column"
        refused = {"status": "REJECTED", "reason": reason, "endedAt": iso(AN_HOUR_AGO)}
        world.requests.add(a_request_row(requestId=f"r{number}", **refused))
    world.clock.now += INDEX_LAG

    send_digest("acme", world)

    ((_, _, document),) = world.announcer.digests
    assert document["failures"] == [
        {"reason": "AMC refused with 400: no column", "runs": 2},
        {"reason": "the result is not in the bucket: Access Denied", "runs": 1},
    ]


def test_when_nothing_has_ended_nothing_is_sent() -> None:
    world = a_world()
    put_run(world, "x1", "RUNNING")
    put_run(world, "x2", "SUCCEEDED", at=NOON - timedelta(hours=25))

    assert not send_digest("acme", world)

    assert world.announcer.digests == []


def test_a_tenant_that_asks_for_none_gets_none() -> None:
    world = World(a_tenant_row())
    put_run(world, "x1", "SUCCEEDED")

    assert not send_digest("acme", world)
    assert not send_digest("nobody", world)


def test_each_end_is_announced_in_one_digest_and_no_more() -> None:
    world = a_world()
    put_run(world, "x1", "SUCCEEDED")

    assert [send_digest("acme", world) for _ in range(2)] == [True, False]

    world.clock.pass_seconds(86_400)
    put_run(world, "x2", "SUCCEEDED", at=NOON + timedelta(hours=3))
    assert send_digest("acme", world)
    assert world.announcer.digests[-1][2]["statuses"] == {"SUCCEEDED": 1}


def test_an_end_that_the_indexes_do_not_show_yet_is_announced_by_the_next_digest() -> None:
    world = a_world()
    send_digest("acme", world)
    put_run(world, "x1", "SUCCEEDED", at=NOON - timedelta(seconds=1))  # recorded before that, and seen only now

    world.clock.pass_seconds(86_400)
    assert send_digest("acme", world)


def test_an_end_that_wfm_learnt_of_late_is_announced_all_the_same() -> None:
    world = a_world(digestedUntil=iso(NOON - timedelta(hours=1)))
    late = a_run(status="SUCCEEDED", createTime=iso(NOON - timedelta(hours=9)), lastUpdatedTime="2026-11-23T05:00:00Z")
    world.executions.rows["acme", "run-1"] = run_row("acme", late, NOON - timedelta(minutes=5))

    assert send_digest("acme", world)


def test_a_digest_that_failed_is_made_up_for_as_far_back_as_makes_sense() -> None:
    world = a_world(digestedUntil="2026-01-01T00:00:00.000Z")
    put_run(world, "x1", "SUCCEEDED", at=NOON - MAX_AGE + timedelta(hours=1))
    put_run(world, "x2", "SUCCEEDED", at=NOON - MAX_AGE - timedelta(hours=1))

    send_digest("acme", world)

    assert world.announcer.digests[0][2]["statuses"] == {"SUCCEEDED": 1}


def test_a_digest_of_very_many_workflows_is_one_that_a_message_can_hold() -> None:
    world = a_world()
    for number in range(300):
        put_run(world, f"x{number}", "FAILED", workflowId=f"{number:0>256}", statusReason=f"{number}" * 2000)

    send_digest("acme", world)

    ((_, text, document),) = world.announcer.digests
    assert document["workflows"]["(others)"] == {"FAILED": 200}
    assert len(json.dumps({"default": json.dumps(document), "email": text})) < 256 * 1024


def test_a_row_that_somebody_edited_spoils_no_digest() -> None:
    world = a_world()
    put_run(world, "x1", "SUCCEEDED", queueWait="long", executionTime=3)
    put_run(world, "x2", "FAILED")
    world.executions.rows["acme", "x2"] |= {"workflowId": None, "recordedAt": "yesterday"}

    send_digest("acme", world)

    assert world.announcer.digests[0][2]["statuses"] == {"SUCCEEDED": 1}
