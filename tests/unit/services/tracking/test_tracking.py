"""One poll of a tenant's AMC instance."""

from datetime import timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from functions.services.tracking.tracking import PollResult
from tests.builders import a_run
from tests.fakes import NOON
from tests.unit.services.tracking.polling import a_world, poll
from wfm.calendar.timestamps import iso, parse
from wfm.errors import AmcRefused, AmcUnavailable, AwsBusy
from wfm.model.availability import degraded_entry
from wfm.model.runs import run_row


def test_a_run_started_behind_our_back_is_recorded_as_external() -> None:
    world = a_world()
    world.amc.runs = [a_run()]

    changed = poll(world).changed

    row = world.executions.rows["acme", "run-1"]
    assert changed == 1
    assert (row["executionStatus"], row["source"]) == ("RUNNING", "external")
    assert world.semaphores.external["acme"] == 1


def test_one_list_call_is_enough_and_what_has_not_changed_is_not_written() -> None:
    world = a_world()
    world.amc.runs = [a_run()]
    poll(world)

    changed = poll(world).changed

    assert changed == 0
    assert world.amc.calls == ["LIST", "LIST"]


def test_a_request_during_a_poll_makes_it_poll_again() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def interrupted(*args: Any, **options: Any) -> Any:
        world.amc.list_executions = listing  # type: ignore[method-assign]
        assert poll(world) == PollResult()  # the result of another run lands: this look leaves word and goes
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]
    poll(world)

    assert world.amc.calls == ["LIST", "LIST"]
    assert "lookingSince" not in world.tenants.rows["acme"]


def test_a_failed_poll_changes_nothing_but_says_why_and_comes_again_soon() -> None:
    world = a_world()
    world.amc.list_fault = AmcUnavailable("it answered 503")

    found = poll(world)

    tenant = world.tenants.rows["acme"]
    assert (found.changed, found.error) == (0, world.amc.list_fault)
    assert world.executions.rows == {}
    assert tenant["lookFailure"] == "AMC is not available: it answered 503"
    assert tenant["pollDueAt"] == iso(NOON + timedelta(minutes=1))
    assert "lastLookedAt" not in tenant


def test_a_refusal_is_kept_and_is_nothing_to_try_again_for() -> None:
    world = a_world()
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.")

    assert poll(world).changed == 0
    assert world.tenants.rows["acme"]["lookFailure"] == "AMC refused with 403: Unauthorized request."


def test_an_idle_tenant_is_looked_at_every_ten_minutes() -> None:
    world = a_world()

    poll(world)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=10))


def test_a_watched_tenant_in_which_nothing_happens_is_polled_more_and_more_seldom_and_in_the_end_hourly() -> None:
    world = a_world(resultsWatched=True)
    intervals = []

    for _ in range(40):
        poll(world, asked=False)
        due = parse(world.tenants.rows["acme"]["pollDueAt"])
        intervals.append(due - world.clock.now)
        world.clock.now = due

    assert intervals == sorted(intervals)
    assert (intervals[0], intervals[-1]) == (timedelta(minutes=10), timedelta(hours=1))
    hourly = intervals.index(timedelta(hours=1))
    assert sum(intervals[:hourly], timedelta()) < timedelta(hours=5)


def test_a_run_of_others_makes_an_idle_tenant_busy_again() -> None:
    world = a_world(resultsWatched=True, lastLookedAt=iso(NOON - timedelta(hours=1)))
    world.amc.runs = [a_run(status="SUCCEEDED")]

    poll(world)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=10))


def test_an_unknown_status_is_kept_and_counts_as_not_ended() -> None:
    row = run_row("acme", a_run(status="WONDERFUL"), NOON)

    assert row["executionStatus"] == "WONDERFUL"
    assert "unsettledSince" in row


def test_a_run_is_kept_for_as_long_as_its_tenant_wants() -> None:
    world = a_world(retentionDays=7)
    world.amc.runs = [a_run()]

    poll(world)

    assert world.executions.rows["acme", "run-1"]["expireTimestamp"] == NOON.timestamp() + 7 * 86_400


def test_sql_never_enters_the_executions_table() -> None:
    row = run_row("acme", a_run(sqlQuery="SELECT 1", workflow={"sqlQuery": "SELECT 1"}), NOON)

    assert "SELECT" not in str(row)


def test_ticks_that_overlap_poll_once_each_and_ask_for_no_other_poll() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def interrupted(*args: Any, **options: Any) -> Any:
        world.amc.list_executions = listing  # type: ignore[method-assign]
        poll(world, asked=False)
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]
    poll(world, asked=False)

    assert world.amc.calls == ["LIST", "LIST"]
    assert poll(world, asked=False) == PollResult()


def test_a_tick_leaves_a_tenant_to_the_poll_that_somebody_asked_for() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def interrupted(*args: Any, **options: Any) -> Any:
        assert poll(world, asked=False) == PollResult()
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]
    poll(world)

    assert world.amc.calls == ["LIST"]


def test_a_tick_takes_who_is_nearer_to_it_than_to_the_next_one() -> None:
    world = a_world(pollDueAt=iso(NOON + timedelta(seconds=30)))
    poll(world, asked=False)
    assert world.amc.calls == ["LIST"]

    world.tenants.rows["acme"]["pollDueAt"] = iso(NOON + timedelta(seconds=31))
    poll(world, asked=False)
    assert world.amc.calls == ["LIST"]


def test_a_storm_of_results_during_one_poll_is_one_more_poll() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def stormy(*args: Any, **options: Any) -> Any:
        for _ in range(50 if world.amc.calls == [] else 0):
            poll(world)
        return listing(*args, **options)

    world.amc.list_executions = stormy  # type: ignore[method-assign]
    poll(world)

    assert world.amc.calls == ["LIST", "LIST"]


def test_a_result_that_lands_before_amc_shows_the_end_is_followed_up_by_the_next_tick() -> None:
    world = a_world()
    world.amc.runs = [a_run(createTime="2026-11-23T08:00:00Z")]
    poll(world, asked=False)
    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=10))

    poll(world)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=1))


def test_a_result_that_lands_during_a_tick_is_followed_up_by_the_next_one() -> None:
    world = a_world()
    world.amc.runs = [a_run(createTime="2026-11-23T08:00:00Z")]
    poll(world, asked=False)
    listing, world.clock.now = world.amc.list_executions, NOON + timedelta(minutes=10)

    def interrupted(*args: Any, **options: Any) -> Any:
        world.amc.list_executions = listing  # type: ignore[method-assign]
        poll(world)
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]
    poll(world, asked=False)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=11))


def test_what_a_crash_left_in_the_outbox_is_sent_beside_a_list_that_fails() -> None:
    news = degraded_entry("Unauthorized request.", NOON - timedelta(hours=1))
    world = a_world(untold={news})
    world.announcer.tenant = Mock(side_effect=AmcUnavailable("the topic is gone"))  # type: ignore[method-assign]
    world.amc.list_fault = AmcUnavailable("it answered 503")

    assert poll(world).problems == (
        "what became of acme could not be announced: AMC is not available: the topic is gone",
        "AMC is not available: it answered 503",
    )


@pytest.mark.parametrize(("status", "marked"), [("ACTIVE", True), ("PAUSED", False), ("OFFBOARDING", False)])
def test_only_a_tenant_in_service_is_marked_when_amc_refuses_access(status: str, marked: bool) -> None:
    world = a_world(status=status)
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.")

    poll(world)

    assert ("degradedSince" in world.tenants.rows["acme"]) is marked
    assert {"degradedUntil", "refusedPosts"} & set(world.tenants.rows["acme"]) == set()


def test_a_young_run_whose_status_nobody_knows_holds_a_slot() -> None:
    world = a_world()
    world.amc.runs = [a_run(status="WONDERFUL")]

    poll(world)

    assert world.semaphores.external["acme"] == 1


def test_a_list_that_fails_for_long_is_logged_once_and_asked_for_less_and_less() -> None:
    world = a_world()
    world.amc.list_fault = AmcUnavailable("it answered 503")
    told: list[str] = []
    looked_at: list[int] = []

    for minute in range(61):
        world.clock.now = NOON + timedelta(minutes=minute)
        calls = len(world.amc.calls)
        told += poll(world, asked=False).problems
        looked_at += [minute] if len(world.amc.calls) > calls else []

    assert told == ["AMC is not available: it answered 503"]
    assert looked_at == [0, 1, 2, 4, 8, 16, 26, 36, 46, 56]
    assert world.tenants.rows["acme"]["failingSince"] == iso(NOON)

    world.amc.list_fault = None
    poll(world)

    assert {"failingSince", "lookFailure"} & set(world.tenants.rows["acme"]) == set()


WFMS_OWN = (
    "customerId", "requestId", "source", "firstSeenAt", "recordedAt", "expireTimestamp", "unsettledSince", "expected",
    "requestedBy", "backfillId", "attempts", "queueWait", "slotWait", "amcQueueTime", "runTime", "announced",
    "overdueAt", "overdueReason", "status", "sqlQuery", "workflow", "toAnnounce", "unannounced",
)  # fmt: skip


@pytest.mark.parametrize("ended", [True, False])
def test_what_amc_calls_by_a_name_of_wfms_never_enters(ended: bool) -> None:
    run = a_run(**dict.fromkeys(WFMS_OWN, "SUCCEEDED") | ({} if ended else {"status": "RUNNING"}))

    row = run_row("acme", run, NOON)

    of_the_status = ["executionStatus", "toAnnounce"] if ended else []
    assert [name for name, value in row.items() if value == "SUCCEEDED"] == of_the_status
    assert row["customerId"] == "acme"


def test_a_row_keeps_what_amc_says_by_names_that_a_row_can_have() -> None:
    run = a_run(**{"outputS3URI": "s3://b/k", "a-b": 1, "1st": 1, "stra\u00dfe": 1, "statusReason": None, "rows": 0})

    row = run_row("acme", run, NOON)

    assert row == {
        "workflowExecutionId": "run-1",
        "workflowId": "reach",
        "customerId": "acme",
        "executionStatus": "RUNNING",
        "recordedAt": iso(NOON),
        "expireTimestamp": int(NOON.timestamp()) + 90 * 86_400,
        "createTime": "2026-11-23T11:50:00Z",
        "lastUpdatedTime": "2026-11-23T11:51:00.000Z",
        "unsettledSince": "2026-11-23T11:50:00Z",
        "toAnnounce": "RUNNING",
        "outputS3URI": "s3://b/k",
        "rows": 0,
    }


@pytest.mark.parametrize("created", [None, "", 17, ["x"]])
def test_a_run_without_a_time_is_active_since_it_was_recorded(created: Any) -> None:
    row = run_row("acme", a_run(createTime=created, lastUpdatedTime="soon", status=None), NOON)

    assert {"createTime", "lastUpdatedTime"} & set(row) == set()
    assert (row["unsettledSince"], row["executionStatus"]) == (iso(NOON), "UNKNOWN")


def test_a_run_that_has_ended_tells_how_long_it_took() -> None:
    row = run_row("acme", a_run(status="SUCCEEDED", executionTime=40), NOON)

    assert (row["amcQueueTime"], row["runTime"]) == (20.0, 40.0)
    assert "unsettledSince" not in row


def test_results_that_keep_landing_are_followed_up_thirty_times_and_then_by_the_next_tick() -> None:
    world = a_world()
    listing = world.amc.list_executions

    def always(*args: Any, **options: Any) -> Any:
        poll(world)
        world.amc.runs.append(a_run(workflowExecutionId=f"run-{len(world.amc.runs)}"))
        return listing(*args, **options)

    world.amc.list_executions = always  # type: ignore[method-assign]
    found = poll(world)

    assert (len(world.amc.calls), found.changed) == (30, 30)
    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON)


def test_a_failure_that_differs_in_amcs_ids_only_is_logged_once() -> None:
    world = a_world()
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.", "x-amz-rid 1")
    first = poll(world).problems
    world.clock.pass_seconds(3_600)
    world.amc.list_fault = AmcRefused(403, "Unauthorized request.", "x-amz-rid 2")

    second = poll(world).problems

    assert first == ("AMC refused with 403 (x-amz-rid 1): Unauthorized request.",)
    assert second == ()
    assert world.tenants.rows["acme"]["lookFailure"] == "AMC refused with 403 (x-amz-rid 2): Unauthorized request."


def test_a_problem_of_both_polls_of_a_call_is_logged_once() -> None:
    world = a_world()
    listing = world.amc.list_executions
    world.amc.runs = [a_run(lastUpdatedTime="soon")]

    def interrupted(*args: Any, **options: Any) -> Any:
        if not world.amc.calls:
            poll(world)
        return listing(*args, **options)

    world.amc.list_executions = interrupted  # type: ignore[method-assign]

    assert poll(world).problems == ("run-1: AMC's lastUpdatedTime is missing or no time",)
    assert world.amc.calls == ["LIST", "LIST"]


def test_ten_problems_are_kept_on_the_row() -> None:
    world = a_world()
    world.amc.runs = [a_run(workflowExecutionId=f"x{number:02}", lastUpdatedTime="soon") for number in range(12)]

    problems = poll(world).problems

    assert world.tenants.rows["acme"]["lookProblems"] == list(problems)
    assert [problem[:3] for problem in problems] == [f"x{number:02}" for number in range(10)]


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (AmcRefused(400, "x" * 600), "AMC refused with 400: " + "x" * 478),
        (AmcUnavailable(""), "AMC is not available: "),
    ],
)
def test_of_a_failure_five_hundred_characters_are_kept(fault: Exception, kept: str) -> None:
    world = a_world()
    world.amc.list_fault = fault

    assert poll(world).problems == (kept,)


def test_a_failure_without_words_is_called_by_its_name() -> None:
    world = a_world()
    world.amc.list_fault = AwsBusy()

    assert poll(world).problems == ("AwsBusy",)


@pytest.mark.parametrize(("seconds", "problems"), [(0, 0), (1, 1)])
def test_a_run_may_be_active_for_25_hours_and_no_second_longer(seconds: int, problems: int) -> None:
    world = a_world()
    world.amc.runs = [a_run(createTime=iso(NOON - timedelta(hours=25, seconds=seconds)))]

    assert len(poll(world).problems) == problems


def test_a_tick_that_sees_nothing_new_of_a_run_needs_no_poll_a_moment_later() -> None:
    world = a_world()
    poll(world)
    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=10))

    world.amc.runs = [a_run(createTime="2026-11-23T08:00:00Z")]
    poll(world)
    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(minutes=10))


def test_a_row_that_was_edited_to_an_end_is_taken_out_of_those_that_have_not() -> None:
    world = a_world()
    row = run_row("acme", a_run(), NOON) | {"executionStatus": "SUCCEEDED"}
    world.executions.rows["acme", "run-1"] = row

    poll(world)

    assert "unsettledSince" not in row
    assert world.semaphores.external.get("acme", 0) == 0


@pytest.mark.parametrize(("until", "upcoming"), [(-1, 600), (0, 600), (1, 31), (300, 330), (569, 599), (571, 600)])
def test_a_poll_comes_right_after_posts_may_be_tried_again(until: int, upcoming: int) -> None:
    world = a_world(degradedUntil=iso(NOON + timedelta(seconds=until)))

    poll(world)

    assert world.tenants.rows["acme"]["pollDueAt"] == iso(NOON + timedelta(seconds=upcoming))


def a_delivery(status: str, reason: str | None = None) -> Any:
    """A run that succeeded at NOON."""
    channel = {"channel": {"type": "PUBLISH"}, "status": status, "statusReason": reason}
    return a_run(status="SUCCEEDED", lastUpdatedTime=iso(NOON), outputChannels=[channel])


@pytest.mark.parametrize("listed", [True, False])
def test_how_a_delivery_came_out_is_asked_until_amc_says_and_takes_no_slot(listed: bool) -> None:
    world = a_world()
    world.amc.runs = [a_delivery("PENDING")]
    poll(world)
    first = dict(world.executions.rows["acme", "run-1"])
    world.amc.runs = [a_delivery("FAILED", "no policy")]
    if not listed:
        world.amc.runs[0]["createTime"] = iso(NOON - timedelta(hours=5))

    world.clock.pass_seconds(1_200)
    poll(world)

    row = world.executions.rows["acme", "run-1"]
    assert (first["resultDelivery"], world.semaphores.read("acme").external) == ("PENDING", 0)
    assert (row["resultDelivery"], row["resultDeliveryReason"]) == ("FAILED", "no policy")
    assert "unsettledSince" not in row


def test_a_delivery_of_which_amc_never_tells_is_asked_for_no_longer_than_an_hour() -> None:
    world = a_world()
    world.amc.runs = [a_delivery("PENDING")]
    poll(world)

    world.clock.pass_seconds(3_600)
    poll(world)

    assert "unsettledSince" not in world.executions.rows["acme", "run-1"]
