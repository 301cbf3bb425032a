"""How a chain stands is told by its item, the tenant's links of now and the rows of its requests."""

from typing import Any

from wfm.client.chains.status import ChainStatus, chain_status
from wfm.model.chain_links import read_links
from wfm.model.chains import Chain, End, Firing, LinkState

LINKS = read_links({"b": {"workflow": "a"}, "c": {"all": ["a", "b"]}})
WINDOW = {"timeWindowStart": "2026-11-16T00:00:00", "timeWindowEnd": "2026-11-23T00:00:00"}


def sent(request_id: str, **parents: str) -> LinkState:
    return LinkState(fired=(Firing(request_id, parents, ""),))


def status_of(rows: dict[str, Any], **links: LinkState) -> ChainStatus:
    whole = {name: row if isinstance(row, dict) else {"status": row} for name, row in rows.items()}
    found: Any = {name: {"requestId": name, **row} for name, row in whole.items()}
    return chain_status(Chain("acme", "w", WINDOW, links), LINKS, found)


def shown(found: ChainStatus) -> list[tuple[str, str, str | None, str]]:
    return [(step.workflow_id, step.status, step.request_id, step.detail) for step in found.steps]


def test_a_chain_that_goes_on_shows_what_it_waits_for() -> None:
    found = status_of({"a1": "SUCCEEDED", "b1": "RUNNING"}, b=sent("b1", a="a1"), c=LinkState(waiting={"a": "a1"}))

    assert shown(found) == [
        ("a", "SUCCEEDED", "a1", ""),
        ("b", "RUNNING", "b1", ""),
        ("c", "WAITING", None, "for b"),
    ]
    assert (found.status, found.window_text) == ("RUNNING", "2026-11-16T00:00 to 2026-11-23T00:00")


def test_a_failure_shows_what_did_not_run() -> None:
    refused = LinkState(not_run=End("a", "a1", "FAILED", ""))
    found = status_of({"a1": {"status": "FAILED", "reason": "AMC said so"}}, b=refused, c=refused)

    assert shown(found) == [
        ("a", "FAILED", "a1", "AMC said so"),
        ("b", "NOT RUN", None, "a ended FAILED"),
        ("c", "NOT RUN", None, "a ended FAILED"),
    ]
    assert found.status == "FAILED"


def test_what_follows_one_that_did_not_run_does_not_run_either() -> None:
    links = read_links({"b": {"workflow": "a"}, "c": {"workflow": "b"}})
    chain = Chain("acme", "w", WINDOW, {"b": LinkState(not_run=End("a", "a1", "FAILED", ""))})

    found = chain_status(chain, links, {"a1": {"requestId": "a1", "status": "FAILED"}})

    assert [step.detail for step in found.steps] == ["", "a ended FAILED", "b did not end as it has to"]


def test_a_request_that_was_sent_again_is_shown_as_its_last_try() -> None:
    again = {"status": "FAILED", "resubmittedAs": "b1-r2"}
    found = status_of(
        {"a1": "SUCCEEDED", "b1": again, "b1-r2": "SUCCEEDED", "c1": "SUCCEEDED"},
        b=sent("b1", a="a1"),
        c=sent("c1", a="a1", b="b1-r2"),
    )

    assert [step.request_id for step in found.steps] == ["a1", "b1-r2", "c1"]
    assert found.status == "SUCCEEDED"


def test_what_was_run_in_place_of_a_failed_link_counts() -> None:
    found = status_of(
        {"a1": "SUCCEEDED", "b1": "FAILED", "b2": "SUCCEEDED", "c1": "SUCCEEDED"},
        b=sent("b1", a="a1"),
        c=sent("c1", a="a1", b="b2"),
    )

    assert ([step.request_id for step in found.steps], found.status) == (["a1", "b2", "c1"], "SUCCEEDED")


def test_a_link_that_is_due_later_or_in_its_queue_is_told_apart() -> None:
    later = LinkState(due_at="2026-11-23T14:00:00.000Z")
    found = status_of({"a1": "SUCCEEDED"}, b=sent("b1", a="a1"), c=later)

    assert shown(found)[1:] == [("b", "BUFFERED", "b1", ""), ("c", "DUE", None, "at 2026-11-23T14:00")]
    assert status_of({"a1": "SUCCEEDED", "b1": "SUCCEEDED"}, b=sent("b1", a="a1"), c=later).status == "WAITING"


def test_json_has_all_of_it() -> None:
    found = status_of({"a1": "SUCCEEDED"}, b=sent("b1", a="a1")).as_json()

    assert (found["chainId"], found["status"], found["window"]) == ("w", "RUNNING", WINDOW)
    assert found["steps"] == [
        {"workflowId": "a", "after": [], "status": "SUCCEEDED", "requestId": "a1", "detail": None},
        {"workflowId": "b", "after": ["a"], "status": "BUFFERED", "requestId": "b1", "detail": None},
        {"workflowId": "c", "after": ["a", "b"], "status": "WAITING", "requestId": None, "detail": "for a and b"},
    ]
