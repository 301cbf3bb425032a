"""Dead letters go back once their cause is gone: none is lost, none runs twice."""

import json
from typing import Any

import pytest

from tests.wfm.post import PAYLOAD, Post, body
from wfm.errors import UsageError
from wfm.model.requests import read_request

REFUSED = "5f6c0d0e-1111-4222-8333-444455556666"


def redriven(deployed: Any, *ids: str, **more: Any) -> list[tuple[str, str, str]]:
    reported = deployed.wfm.queues.dead_letters.redrive("acme", ids or None, **more)
    return [(one.request_id, one.outcome, one.successor) for one in reported]


def test_a_letter_tells_why_it_is_dead_and_a_peek_changes_nothing(deployed: Any, post: Post) -> None:
    post.put_dead(body("mine"), REFUSED)

    deployed.wfm.queues.dead_letters.list("acme")
    (letter,) = deployed.wfm.queues.dead_letters.list("acme")

    assert (letter.request_id, letter.own_id, letter.error_name) == (REFUSED, "mine", "InvalidRequest")
    assert letter.reason == "timeWindowEnd: is missing"
    assert post.dead_letters() == [body("mine")]


def test_a_letter_that_somebody_else_took_meanwhile_stops_nobody(deployed: Any, post: Post) -> None:
    post.put_dead(body("mine"), REFUSED)

    with deployed.wfm.queues.dead_letters._in_hand(post.dead, 10) as letters:
        deployed.wfm.aws.messages.delete(post.dead, letters[0].message)

    assert deployed.wfm.queues.dead_letters.list("acme") == []


def test_more_letters_than_sqs_gives_at_once_are_all_seen(deployed: Any, post: Post) -> None:
    for number in range(23):
        post.put_dead(body(f"r{number}"), f"m{number}")

    letters = deployed.wfm.queues.dead_letters.list("acme")

    assert {letter.request_id for letter in letters} == {f"m{number}" for number in range(23)}
    assert len(deployed.wfm.queues.dead_letters.list("acme", 5)) == 5


def test_a_refused_message_goes_back_under_an_id_that_names_its_origin(deployed: Any, post: Post) -> None:
    deployed.put_request(REFUSED, "REJECTED")
    post.put_dead(body("mine", source="a script"), REFUSED)

    assert redriven(deployed) == [(REFUSED, "SENT", "mine-r2")]

    (message,) = post.waiting()
    assert (message["requestId"], message["resubmits"]) == ("mine-r2", REFUSED)
    assert (message["source"], message["payload"]) == ("a script", PAYLOAD)
    assert read_request(message, "").request_id == "mine-r2"
    assert post.dead_letters() == []


def test_who_sends_a_letter_again_stands_on_the_row_of_its_refusal(deployed: Any, post: Post) -> None:
    deployed.put_request(REFUSED, "REJECTED")
    post.put_dead(body("mine"), REFUSED)
    post.put_dead(body("given-up"))

    assert {outcome for _, outcome, _ in redriven(deployed, by="ann")} == {"SENT"}

    row = deployed.wfm.requests.get("acme", REFUSED).row
    assert (row["resubmittedAs"], row["resubmittedBy"]) == ("mine-r2", "ann")
    assert deployed.wfm.requests.get("acme", "given-up") is None  # it gets a row once WFM has taken it


def test_its_dates_stay_relative_to_when_it_was_sent(deployed: Any, post: Post) -> None:
    post.put_dead(body("mine"), REFUSED)
    (letter,) = deployed.wfm.queues.dead_letters.list("acme")

    redriven(deployed)

    (message,) = post.waiting()
    assert message["scheduledTime"][:19] == letter.message.sent_at.isoformat()[:19]


def test_a_message_without_an_id_is_named_after_its_refusal(deployed: Any, post: Post) -> None:
    post.put_dead(body(None), REFUSED)

    assert redriven(deployed) == [(REFUSED, "SENT", f"{REFUSED}-r2")]


def test_a_letter_that_was_redriven_and_refused_again_counts_on(deployed: Any, post: Post) -> None:
    post.put_dead(body("mine-r2", resubmits=REFUSED), "another-refusal")

    redriven(deployed)

    (message,) = post.waiting()
    assert (message["requestId"], message["resubmits"]) == ("mine-r3", REFUSED)


def test_what_sqs_gave_up_on_keeps_its_id(deployed: Any, post: Post) -> None:
    deployed.put_request("r1", "QUEUED")
    post.put_dead(body("r1"))

    assert redriven(deployed) == [("r1", "SENT", "r1")]

    (message,) = post.waiting()
    assert "resubmits" not in message


@pytest.mark.parametrize("status", ["SUCCEEDED", "CANCELLED"])
def test_what_sqs_gave_up_on_and_ended_all_the_same_is_only_deleted(deployed: Any, post: Post, status: str) -> None:
    deployed.put_request("r1", status)
    post.put_dead(body("r1"))

    assert redriven(deployed) == [("r1", "DONE", "r1")]

    assert (post.waiting(), post.dead_letters()) == ([], [])


def test_a_letter_whose_successor_is_known_is_not_sent_twice(deployed: Any, post: Post) -> None:
    post.put_dead(body("mine"), REFUSED)
    deployed.put_request("mine-r2", "SUCCEEDED", request={"resubmits": REFUSED})

    assert redriven(deployed) == [(REFUSED, "DONE", "mine-r2")]

    assert (post.waiting(), post.dead_letters()) == ([], [])


def test_somebody_elses_request_of_that_name_is_passed_over(deployed: Any, post: Post) -> None:
    post.put_dead(body("mine"), REFUSED)
    deployed.put_request("mine-r2", "SUCCEEDED")

    assert redriven(deployed) == [(REFUSED, "SENT", "mine-r3")]


def test_a_letter_stays_when_its_successor_could_not_be_sent(
    deployed: Any, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.put_dead(body("mine"), REFUSED)

    def fail(*_: Any) -> None:
        raise OSError("the line is cut")

    with monkeypatch.context() as broken:
        broken.setattr("wfm.client.adapters.queue_messages.QueueMessages.send", fail)
        with pytest.raises(OSError, match="the line is cut"):
            redriven(deployed)

    assert post.dead_letters() == [body("mine")]
    assert redriven(deployed) == [(REFUSED, "SENT", "mine-r2")]


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("not json", "it is no JSON object"),
        (
            '{"customerId":"acme","payload":{"workflowId":"reach","workflowId":"geo"}}',
            "'workflowId' is there twice in one object",  # the last one would be run
        ),
        (body("mine", customerId="other"), "would be refused again: customerId: 'other' is not the tenant"),
        (body("mine", payload={"workflowId": "reach", "timeWindowStart": "TODAY(-7)"}), "timeWindowEnd: is missing"),
        (body("mine", payload={"workflowId": 7}), "payload.workflowId: 7 is not right"),
    ],
)
def test_what_would_be_refused_again_is_kept_and_says_why(deployed: Any, post: Post, text: str, reported: str) -> None:
    post.put_dead(text, REFUSED)

    (kept,) = deployed.wfm.queues.dead_letters.redrive("acme")

    assert (kept.outcome, kept.successor) == ("KEPT", "")
    assert reported in kept.detail
    assert (post.waiting(), post.dead_letters()) == ([], [text])


def test_a_corrected_message_goes_in_its_place(deployed: Any, post: Post) -> None:
    post.put_dead("not json", REFUSED)

    reported = redriven(deployed, REFUSED, corrected=body("mine"))

    (message,) = post.waiting()
    assert reported == [(REFUSED, "SENT", f"{REFUSED}-r2")]
    assert (message["requestId"], message["resubmits"]) == (f"{REFUSED}-r2", REFUSED)


def test_one_correction_is_for_one_letter(deployed: Any, post: Post) -> None:
    post.put_dead(body("a"), "m1")
    post.put_dead(body("b"), "m2")

    with pytest.raises(UsageError, match="2 dead letters are named; allowed: one"):
        redriven(deployed, corrected=body("c"))

    assert len(post.dead_letters()) == 2


def test_only_the_named_letters_go_by_either_of_their_ids(deployed: Any, post: Post) -> None:
    for name in ("a", "b", "c"):
        post.put_dead(body(name), f"m-{name}")

    reported = redriven(deployed, "m-a", "c", "nobody")

    assert reported == [("m-a", "SENT", "a-r2"), ("m-c", "SENT", "c-r2"), ("nobody", "KEPT", "")]
    assert post.dead_letters() == [body("b")]


def test_a_purge_deletes_and_says_what(deployed: Any, post: Post) -> None:
    post.put_dead(body("a"), "m1")
    post.put_dead("not json", "m2")

    reported = [(one.request_id, one.outcome) for one in deployed.wfm.queues.dead_letters.purge("acme")]

    assert sorted(reported) == [("m1", "DELETED"), ("m2", "DELETED")]
    assert post.dead_letters() == []


def test_a_tenant_without_queues_is_said_to_have_none(deployed: Any) -> None:
    deployed.put_row("acme", "FAILED")

    with pytest.raises(UsageError, match="acme is FAILED and has no dead letter queue"):
        deployed.wfm.queues.dead_letters.list("acme")


def test_json_of_a_letter_shows_the_message_as_it_was(deployed: Any, post: Post) -> None:
    post.put_dead(body("mine"), REFUSED)
    (letter,) = deployed.wfm.queues.dead_letters.list("acme")

    shown = letter.as_json(letter.message.sent_at)

    assert shown["message"] == json.loads(body("mine"))
    assert (shown["ageSeconds"], shown["receives"]) == (0, 1)
