"""Exactly one AMC run per request, whatever AMC and the Lambdas do."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.services.execution.submission import LIST_LAG_SECONDS, submit_execution
from tests.builders import a_request_row, a_tenant
from tests.fakes import NOON, World
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, AmcThrottled, AmcUnavailable, SubmissionUncertain, TransientError
from wfm.model.requests import ExecutionRequest, resolve

BROKEN = AmcUnavailable("it answered 503")


def a_world(*request_ids: str, **fields: Any) -> World:
    world = World()
    for request_id in request_ids:
        world.requests.add(a_request_row(requestId=request_id, **fields))
    return world


def ad_hoc(sql: str, **workflow: Any) -> dict[str, Any]:
    """The body of an ad hoc query; its window is that of the other requests."""
    window = {name: value for name, value in a_request_row()["execution"].items() if name != "workflowId"}
    return {"workflow": {"sqlQuery": sql, **workflow}, **window}


def try_to_submit(world: World, request_id: str = "r1") -> str:
    return submit_execution(world.requests.find("acme", request_id), a_tenant(), world)


def test_a_request_is_posted_once_and_tied_to_its_run() -> None:
    world = a_world("r1")

    run = try_to_submit(world)

    assert world.requests.find("acme", "r1") == a_request_row(
        status="RUNNING", attempts=1, workflowExecutionId=run, submittingAt=iso(NOON), runningAt=iso(NOON)
    )
    assert world.executions.rows["acme", run]["requestId"] == "r1"
    assert world.executions.rows["acme", run]["attempts"] == 1


def test_a_repeated_call_posts_nothing_more() -> None:
    world = a_world("r1")

    runs = {try_to_submit(world), try_to_submit(world)}

    assert len(runs) == len(world.amc.runs) == 1


def test_a_response_dropped_after_acceptance_is_adopted_and_not_repeated() -> None:
    world = a_world("r1")
    world.amc.faults = [("after", BROKEN)]
    with pytest.raises(AmcUnavailable):
        try_to_submit(world)

    run = try_to_submit(world)

    assert [made["workflowExecutionId"] for made in world.amc.runs] == [run]
    assert world.amc.calls == ["POST", "LIST"]
    assert world.executions.rows["acme", run]["attempts"] == 1


def test_of_lost_answers_of_ad_hoc_posts_each_request_adopts_the_run_of_its_own_query() -> None:
    world = a_world("r1", execution=ad_hoc("SELECT 1"))
    world.requests.add(a_request_row(requestId="r2", execution=ad_hoc("SELECT 2")))
    world.amc.faults = [("after", BROKEN), ("after", BROKEN)]
    for request_id in ("r1", "r2"):
        with pytest.raises(AmcUnavailable):
            try_to_submit(world, request_id)

    assert [try_to_submit(world, request_id) for request_id in ("r2", "r1")] == ["run-1", "run-0"]
    assert world.amc.calls == ["POST", "POST", "LIST WITH SQL", "LIST WITH SQL"]


def test_an_ad_hoc_query_with_a_workflows_id_is_not_taken_for_a_run_of_that_workflow() -> None:
    world = a_world("r1", execution=ad_hoc("SELECT 1", workflowId="reach"))
    world.requests.add(a_request_row(requestId="r2"))
    try_to_submit(world, "r2")
    world.requests.begin_attempt(world.requests.find("acme", "r1") or {}, world.clock())

    with pytest.raises(SubmissionUncertain):
        try_to_submit(world, "r1")


PARAMETERS = [{"name": "bots", "dataType": "BOOLEAN"}, {"name": "cap", "dataType": "INTEGER", "defaultValue": 5}]


@pytest.mark.parametrize("ad_hoc_query", [True, False])
def test_a_run_whose_values_amc_shows_as_texts_beside_its_defaults_is_adopted(ad_hoc_query: bool) -> None:
    body = ad_hoc("SELECT 1", inputParameters=PARAMETERS) if ad_hoc_query else a_request_row()["execution"]
    world = a_world("r1", execution={**body, "parameterValues": {"bots": True, "asins": ["B01", "B02"]}})
    world.amc.workflows["reach"] = {"workflowId": "reach", "inputParameters": PARAMETERS}
    world.amc.faults = [("after", BROKEN)]
    with pytest.raises(AmcUnavailable):
        try_to_submit(world)
    world.amc.runs[0]["parameterValues"] = {"bots": "true", "asins": '["B01","B02"]', "cap": "5"}

    assert try_to_submit(world) == "run-0"
    assert world.amc.calls.count("POST") == 1


def test_a_run_with_a_value_that_is_no_default_is_somebody_elses() -> None:
    world = a_world("r1")
    world.amc.workflows["reach"] = {"workflowId": "reach", "inputParameters": PARAMETERS}
    world.amc.faults = [("after", BROKEN)]
    with pytest.raises(AmcUnavailable):
        try_to_submit(world)
    world.amc.runs[0]["parameterValues"] = {"cap": "6"}

    with pytest.raises(SubmissionUncertain):
        try_to_submit(world)


@pytest.mark.parametrize("order", [("dry", "real"), ("real", "dry")])
def test_a_dry_run_and_an_equal_real_run_are_not_taken_for_each_other(order: tuple[str, str]) -> None:
    payload = {"workflowId": "reach", "timeWindowName": "yesterday"}
    real = ExecutionRequest("acme", "real", payload)
    world = a_world("real", execution=resolve(real, NOON))
    dry = resolve(replace(real, payload={**payload, "dryRun": "True"}), NOON)
    world.requests.add(a_request_row(requestId="dry", execution=dry))
    world.amc.faults = [("after", BROKEN), ("after", BROKEN)]
    for request_id in order:
        with pytest.raises(AmcUnavailable):
            try_to_submit(world, request_id)
        world.clock.pass_seconds(1)

    runs = {request_id: try_to_submit(world, request_id) for request_id in order}

    assert runs == {order[0]: "run-0", order[1]: "run-1"}
    assert world.amc.calls.count("POST") == 2
    assert world.executions.rows["acme", runs["dry"]]["dryRun"] is True
    assert "dryRun" not in world.executions.rows["acme", runs["real"]]


def test_of_several_runs_that_may_be_its_own_a_request_adopts_the_oldest() -> None:
    world = a_world("r1", "r2")
    world.amc.faults = [("after", BROKEN), ("after", BROKEN)]
    for request_id in ("r1", "r2"):
        with pytest.raises(AmcUnavailable):
            try_to_submit(world, request_id)
        world.clock.pass_seconds(1)

    assert try_to_submit(world, "r1") == "run-0"


def test_a_killed_try_counts_as_ended_a_minute_after_it_began() -> None:
    """A run that it made may stay out of AMC's list for half a minute more."""
    world = a_world("r1")
    world.requests.begin_attempt(world.requests.find("acme", "r1") or {}, world.clock())

    world.clock.pass_seconds(89)
    with pytest.raises(SubmissionUncertain, match=f"the POST of {iso(NOON)} is not known yet"):
        try_to_submit(world)
    world.clock.pass_seconds(1)
    run = try_to_submit(world)

    assert world.amc.calls == ["LIST", "LIST", "POST"]
    assert world.executions.rows["acme", run]["attempts"] == 2


@pytest.mark.parametrize(("seconds", "posts"), [(-6, 2), (-5, 1), (120, 1), (121, 2)])
def test_a_run_is_adopted_if_amc_made_it_while_the_attempt_may_have_lasted(seconds: int, posts: int) -> None:
    """AMC's clock may be five seconds behind ours."""
    world = a_world("r1")
    world.amc.faults = [("after", BROKEN)]
    with pytest.raises(AmcUnavailable):
        try_to_submit(world)
    world.amc.runs[0]["createTime"] = iso(NOON + timedelta(seconds=seconds))

    world.clock.pass_seconds(200)
    try_to_submit(world)

    assert world.amc.calls.count("POST") == posts


def test_the_run_tells_who_asked_for_it() -> None:
    world = a_world("r1", source="backfill:b1", backfillId="b1")

    run = try_to_submit(world)

    row = world.executions.rows["acme", run]
    assert (row["requestedBy"], row["backfillId"]) == ("backfill:b1", "b1")


def test_a_request_whose_row_goes_during_its_post_is_not_known_to_have_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world("r1")
    post = world.amc.create_execution

    def gone_meanwhile(*args: Any) -> Any:
        del world.requests.rows["acme", "r1"]
        return post(*args)

    monkeypatch.setattr(world.amc, "create_execution", gone_meanwhile)

    with pytest.raises(SubmissionUncertain, match="an equal request adopted this run"):
        try_to_submit(world)

    assert world.amc.calls == ["POST"]


def test_a_second_try_beside_the_first_posts_nothing() -> None:
    world = a_world("r1")
    read_before = world.requests.find("acme", "r1")
    world.requests.begin_attempt(read_before, world.clock())

    with pytest.raises(SubmissionUncertain, match="another try of this request is under way"):
        submit_execution(read_before, a_tenant(), world)

    assert world.amc.calls == []


def test_after_an_ambiguous_failure_the_post_waits_until_it_is_known() -> None:
    world = a_world("r1")
    world.amc.faults = [("before", BROKEN)]
    with pytest.raises(AmcUnavailable):
        try_to_submit(world)

    world.clock.pass_seconds(LIST_LAG_SECONDS - 1)
    with pytest.raises(SubmissionUncertain):
        try_to_submit(world)
    world.clock.pass_seconds(1)
    try_to_submit(world)

    assert world.amc.calls == ["POST", "LIST", "LIST", "POST"]


@pytest.mark.parametrize(
    "fault", [AmcThrottled("429"), AmcRefused(400, "no"), AmcUnavailable("no connection", sent=False)]
)
def test_what_amc_certainly_did_not_accept_may_be_posted_again_at_once(fault: Exception) -> None:
    world = a_world("r1")
    world.amc.faults = [("before", fault)]
    with pytest.raises(type(fault)):
        try_to_submit(world)

    try_to_submit(world)

    assert world.amc.calls == ["POST", "POST"]


def test_two_equal_requests_sent_on_purpose_both_run() -> None:
    world = a_world("r1", "r2")

    assert try_to_submit(world, "r1") != try_to_submit(world, "r2")


def test_a_run_that_an_equal_request_adopted_is_made_up_for() -> None:
    world = a_world("r1", "r2")
    world.amc.faults = [("before", BROKEN)]
    with pytest.raises(AmcUnavailable):
        try_to_submit(world, "r1")
    stolen = post_whose_answer_comes_after(world, lambda: try_to_submit(world, "r1"))

    assert stolen == "SubmissionUncertain"
    world.clock.pass_seconds(LIST_LAG_SECONDS)
    try_to_submit(world, "r2")
    assert len(world.amc.runs) == 2
    assert len({row["requestId"] for row in world.executions.rows.values()}) == 2


def post_whose_answer_comes_after(world: World, meanwhile: Callable[[], Any]) -> str:
    """r2 posts; before its answer is there, `meanwhile` happens."""
    post = world.amc.create_execution

    def slow(*args: Any) -> Any:
        run = post(*args)
        with patch.object(world.amc, "create_execution", post):
            meanwhile()
        return run

    with patch.object(world.amc, "create_execution", slow):
        try:
            try_to_submit(world, "r2")
        except TransientError as exc:
            return type(exc).__name__
    return "none"


def end_when_posted(world: World, monkeypatch: pytest.MonkeyPatch, *, adopted_by: str = "") -> None:
    """r1 is closed while its POST is under way; an equal request may adopt the run before the answer is there."""
    post = world.amc.create_execution

    def ended_meanwhile(*args: Any) -> Any:
        run = post(*args)
        world.requests.advance("acme", "r1", "CANCELLED", world.clock())
        if adopted_by:
            assert try_to_submit(world, adopted_by) == run["workflowExecutionId"]
        return run

    monkeypatch.setattr(world.amc, "create_execution", ended_meanwhile)


def test_the_run_of_a_request_that_ended_during_its_post_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world("r1")
    end_when_posted(world, monkeypatch)

    with pytest.raises(SubmissionUncertain, match="r1 has ended as CANCELLED during its POST"):
        try_to_submit(world)

    assert world.amc.calls == ["POST", "CANCEL run-0"]


def test_it_is_not_where_an_equal_request_has_adopted_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world("r1", "r2")
    world.amc.faults = [("before", BROKEN)]
    with pytest.raises(AmcUnavailable):
        try_to_submit(world, "r2")
    end_when_posted(world, monkeypatch, adopted_by="r2")

    with pytest.raises(SubmissionUncertain):
        try_to_submit(world)

    assert world.amc.runs[0]["status"] == "PENDING"
    assert world.executions.rows["acme", "run-0"]["requestId"] == "r2"


class Killed(BaseException):
    """The Lambda is gone in the middle of it."""


@settings(max_examples=300, deadline=None)
@given(
    faults=st.lists(st.tuples(st.sampled_from(["before", "after", "never"]), st.just(BROKEN)), max_size=12),
    kills=st.lists(st.sampled_from(["before the post", "after the post", "after the claim", "none"]), max_size=12),
    order=st.lists(st.sampled_from(["r1", "r2", "r3", "r4"]), min_size=1, max_size=20),
)
def test_however_often_it_fails_or_is_killed_each_request_ends_with_one_run_of_its_own(
    faults: list[tuple[str, Exception]], kills: list[str], order: list[str]
) -> None:
    world = a_world("r1", "r2")
    world.requests.add(a_request_row(requestId="r3", execution=ad_hoc("SELECT 3")))
    world.requests.add(a_request_row(requestId="r4", execution=ad_hoc("SELECT 4")))
    world.amc.faults = [fault for fault in faults if fault[0] != "never"]

    for request_id in order:
        _try_under_fire(world, request_id, kills.pop() if kills else "none")
        world.clock.pass_seconds(3)
    for request_id in ("r1", "r2", "r3", "r4"):
        while "workflowExecutionId" not in world.requests.rows["acme", request_id]:
            _try_under_fire(world, request_id, "none")
            world.clock.pass_seconds(LIST_LAG_SECONDS)

    claimed = [row["workflowExecutionId"] for row in world.requests.rows.values()]
    assert sorted(claimed) == sorted(run["workflowExecutionId"] for run in world.amc.runs)
    assert len(claimed) == 4
    queries = {run["workflowExecutionId"]: run.get("sqlQuery") for run in world.amc.runs}
    assert [queries[run] for run in claimed] == [None, None, "SELECT 3", "SELECT 4"]


def _try_under_fire(world: World, request_id: str, kill: str) -> None:
    post, claim = world.amc.create_execution, world.executions.claim

    def deadly_post(*args: Any) -> Any:
        if kill == "before the post":
            raise Killed
        run = post(*args)
        if kill == "after the post":
            raise Killed
        return run

    def deadly_claim(*args: Any) -> bool:
        claimed = claim(*args)
        if kill == "after the claim":
            raise Killed
        return claimed

    with (
        patch.object(world.amc, "create_execution", deadly_post),
        patch.object(world.executions, "claim", deadly_claim),
        suppress(TransientError, Killed),
    ):
        try_to_submit(world, request_id)
