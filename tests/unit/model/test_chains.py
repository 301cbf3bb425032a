"""What the end of a request leads to in its chain: each link once for each round of its parents' ends."""

import re

import pytest

from tests.builders import a_message, a_request_row
from wfm.model.chain_links import Link, On, Parent
from wfm.model.chain_rows import from_row, to_row
from wfm.model.chains import (
    Chain,
    End,
    Firing,
    LinkState,
    after_end,
    chain_id,
    link_message,
    link_request_id,
    window_of,
)
from wfm.model.requests import read_request
from wfm.model.stored_request import StoredRequest

B = Link("b", (Parent("a"),))
ALL = Link("d", (Parent("b"), Parent("c")))
ANY = Link("d", (Parent("b"), Parent("c")), needs_all=False)
WEEK = {"timeWindowType": "EXPLICIT", "timeWindowStart": "2026-11-16T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}


def end(workflow_id: str, request_id: str, status: str = "SUCCEEDED") -> End:
    return End(workflow_id, request_id, status, "2026-11-23T12:00:00.000Z")


def sent(link: Link, *ends: End) -> tuple[LinkState, list[dict[str, str]]]:
    """The state after these ends, and the parents of what was sent for each that sent something."""
    state, found = LinkState(), []
    for one in ends:
        state, firing = after_end(link, state, one)
        found += [dict(firing.parents)] if firing else []
    return state, found


def test_each_success_of_the_one_parent_sends_its_link() -> None:
    _, found = sent(B, end("a", "a1"), end("a", "a2"))

    assert found == [{"a": "a1"}, {"a": "a2"}]


def test_a_repeated_end_sends_the_same_request_again_and_changes_nothing() -> None:
    before, first = after_end(B, LinkState(), end("a", "a1"))

    after, again = after_end(B, before, end("a", "a1"))

    assert (after, again) == (before, first)


def test_a_repeated_end_is_the_same_after_a_later_one() -> None:
    state, found = sent(B, end("a", "a1"), end("a", "a2"), end("a", "a1"))

    assert found == [{"a": "a1"}, {"a": "a2"}, {"a": "a1"}]
    assert [firing.parents["a"] for firing in state.fired] == ["a2", "a1"]


@pytest.mark.parametrize("order", ["bc", "cb"])
def test_all_waits_for_the_last_parent_whichever_that_is(order: str) -> None:
    state, found = sent(ALL, *(end(name, f"{name}1") for name in order))

    assert found == [{"b": "b1", "c": "c1"}]
    assert state.waiting == {}
    assert state.latest is not None
    assert state.latest.sent_by == f"{order[1]}1"


def test_of_all_only_the_parent_that_was_last_sends_the_link_again() -> None:
    _, found = sent(ALL, end("b", "b1"), end("c", "c1"), end("b", "b1"), end("c", "c1"))

    assert found == [{"b": "b1", "c": "c1"}, {"b": "b1", "c": "c1"}]


def test_a_second_round_of_all_waits_for_all_again() -> None:
    ends = [end("b", "b1"), end("c", "c1"), end("b", "b2")]

    state, found = sent(ALL, *ends)
    _, later = sent(ALL, *ends, end("c", "c2"))

    assert (found, state.waiting) == ([{"b": "b1", "c": "c1"}], {"b": "b2"})
    assert later[-1] == {"b": "b2", "c": "c2"}


def test_a_parent_that_ends_twice_before_the_other_counts_with_its_last_run() -> None:
    _, found = sent(ALL, end("b", "b1"), end("b", "b2"), end("c", "c1"))

    assert found == [{"b": "b2", "c": "c1"}]


def test_any_runs_at_the_first_and_once_a_round() -> None:
    state, found = sent(ANY, end("b", "b1"), end("c", "c1"), end("c", "c1"))

    assert found == [{"b": "b1"}]
    assert state.joined == {"c": "c1"}
    assert sent(ANY, end("b", "b1"), end("c", "c1"), end("b", "b2"))[1] == [{"b": "b1"}, {"b": "b2"}]
    assert sent(ANY, end("b", "b1"), end("b", "b2"))[1] == [{"b": "b1"}, {"b": "b2"}]


def test_a_parent_of_any_that_fails_after_the_first_and_is_made_up_for_runs_the_link_no_second_time() -> None:
    assert sent(ANY, end("b", "b1"), end("c", "c1", "FAILED"), end("c", "c1-r2"))[1] == [{"b": "b1"}]


def test_a_failure_is_kept_until_the_parent_succeeds() -> None:
    failed, found = sent(B, end("a", "a1", "FAILED"))
    mended, then = sent(B, end("a", "a1", "FAILED"), end("a", "a1-r2"))

    assert (failed.not_run, found) == (end("a", "a1", "FAILED"), [])
    assert (mended.not_run, then) == (None, [{"a": "a1-r2"}])


def test_a_failed_parent_of_several_is_made_up_for_while_the_other_waits() -> None:
    state, found = sent(ALL, end("b", "b1"), end("c", "c1", "FAILED"))
    _, then = sent(ALL, end("b", "b1"), end("c", "c1", "FAILED"), end("c", "c1-r2"))

    assert (found, state.waiting, state.not_run) == ([], {"b": "b1"}, end("c", "c1", "FAILED"))
    assert then == [{"b": "b1", "c": "c1-r2"}]


def test_a_link_may_run_after_a_failure() -> None:
    clean_up = Link("b", (Parent("a", On.FAILED),))

    assert sent(clean_up, end("a", "a1"), end("a", "a2", "REJECTED"))[1] == [{"a": "a2"}]


def test_a_parent_that_is_none_any_more_is_not_waited_with() -> None:
    state, _ = sent(Link("d", (Parent("x"), Parent("b"))), end("x", "x1"))

    assert after_end(ALL, state, end("b", "b1"))[0].waiting == {"b": "b1"}


def test_ids_are_those_of_requests_and_differ_with_workflow_and_parents() -> None:
    ids = [
        link_request_id("daily.sales.of.all.markets", {"a": "a1"}),
        link_request_id("daily.sales.of.all.other", {"a": "a1"}),
        link_request_id("daily.sales.of.all.markets", {"a": "a2"}),
        link_request_id("daily.sales.of.all.markets", {"b": "a1"}),
    ]

    assert len(set(ids)) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,39}", one) for one in ids)
    assert link_request_id("d", {"b": "1", "c": "2"}) == link_request_id("d", {"c": "2", "b": "1"})


def test_a_chain_is_named_after_its_window() -> None:
    body = {**WEEK, "workflowId": "reach", "parameterValues": {"n": 1}}

    assert window_of(body) == WEEK
    assert chain_id(WEEK, "r1") == chain_id(WEEK, "r2")
    assert chain_id(WEEK, "r1").startswith("20261116T0000-")
    assert chain_id({"timeWindowType": "ALL"}, "r1") == chain_id({"timeWindowType": "ALL"}, "r2")
    assert chain_id({**WEEK, "timeWindowTimeZone": "Europe/Berlin"}, "r1") != chain_id(WEEK, "r1")


def test_a_window_that_only_amc_knows_is_shared_with_nobody() -> None:
    amcs = {"timeWindowType": "MOST_RECENT_DAY"}

    assert chain_id(amcs, "r1") != chain_id(amcs, "r2")
    assert chain_id({}, "r1").startswith("default-")


def test_a_link_asks_for_its_workflow_with_the_window_and_urgency_of_its_parent() -> None:
    policy = {"attempts": 2, "for": ["FAILED"]}
    sent_before = a_message(resubmit=policy, inLineSince="2026-11-23T11:00:00Z")
    row = a_request_row(priority="scheduled", source="schedule:daily", scheduledTime="2026-11-23T08:00:00Z")
    row["labels"] = {"team": "emea"}
    firing = Firing("b-after-1", {"reach": "r1"}, "r1")

    message = link_message(Link("b", (Parent("reach"),)), firing, StoredRequest({**row, "request": sent_before}), WEEK)

    assert message == {
        "customerId": "acme",
        "requestId": "b-after-1",
        "source": "chain:reach",
        "scheduledTime": "2026-11-23T08:00:00Z",
        "after": {"reach": "r1"},
        "inLineSince": "2026-11-23T10:59:59.999Z",
        "payload": {"workflowId": "b", **WEEK},
        "priority": "scheduled",
        "resubmit": policy,
        "labels": {"team": "emea"},
    }
    assert read_request(message, "").request_id == "b-after-1"


def test_a_link_with_a_window_of_its_own_leaves_it_to_its_workflow() -> None:
    link, firing = Link("b", (Parent("reach"),), window="own"), Firing("b-after-1", {"reach": "r1"}, "r1")
    row = a_request_row(source="backfill:y2026", priority="backfill")

    message = link_message(link, firing, StoredRequest(row), WEEK)

    assert (message["payload"], message["source"]) == ({"workflowId": "b"}, "backfill:y2026")
    assert message["inLineSince"] == "2026-11-23T11:59:59.999Z"


def test_a_chain_is_read_as_it_was_written() -> None:
    states = {
        "b": sent(B, end("a", "a1"), end("a", "a2"))[0],
        "d": sent(ALL, end("b", "b1"), end("c", "c1", "FAILED"))[0],
        "e": LinkState(due_at="2026-11-24T12:00:00.000Z"),
        "f": sent(ANY, end("b", "b1"), end("c", "c1"))[0],
    }
    chain = Chain("acme", "20261116T0000-1", WEEK, states, 3, "2026-11-23T12:00:00.000Z")

    assert from_row(to_row(chain, 1)) == chain
    latest = [states[name].fired[0].request_id for name in ("b", "f")]
    assert chain.requests == sorted(["a2", "b1", "c1", *latest])
