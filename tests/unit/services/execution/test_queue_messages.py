"""From a message to a request, or to its refusal."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.services.execution.queue_messages import park, refuse
from tests.builders import a_message, a_tenant_row, an_sqs_record
from tests.fakes import World
from wfm.errors import InvalidRequest, UnknownCustomer
from wfm.model.messages import read_message, sent_at
from wfm.model.requests import MAX_BODY_BYTES

PREFIX = "wfm-demoteam-amcdataset"
QUEUES_REMOVAL = "customerId: 'acme' was removed while this request was in its queue"


def unchecked(document: Any) -> Any:
    return document


def a_text_of(size: int) -> str:
    """A message of so many bytes, some of whose characters are two."""
    rest = json.dumps(a_message(source=""), ensure_ascii=False)
    left = size - len(rest.encode())
    return json.dumps(a_message(source="ü" * 10 + "x" * (left - 20)), ensure_ascii=False)


def test_a_message_may_have_as_many_bytes_as_its_row_can_keep_and_not_one_more() -> None:
    fitting, larger = a_text_of(MAX_BODY_BYTES), a_text_of(MAX_BODY_BYTES + 1)

    assert read_message(an_sqs_record(fitting), PREFIX, unchecked).request_id == "r1"
    with pytest.raises(InvalidRequest, match="the message: has 200001 bytes; allowed: at most 200000"):
        read_message(an_sqs_record(larger), PREFIX, unchecked)


def test_a_message_that_is_nested_without_end_is_refused_and_breaks_nothing() -> None:
    with pytest.raises(InvalidRequest, match=r"the message: is no JSON \(nested too deeply, more than 28"):
        read_message(an_sqs_record("[" * 100_000), PREFIX, unchecked)


def test_what_dynamodb_cannot_keep_is_refused_before_anything_reads_it() -> None:
    with pytest.raises(InvalidRequest, match=r"payload\.n: a number cannot be kept"):
        read_message(an_sqs_record('{"payload": {"n": 1e200}}'), PREFIX, unchecked)


def test_a_message_was_sent_when_its_queue_took_it() -> None:
    assert sent_at(an_sqs_record("")) == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_dead_letter_queue_says_which_request_it_would_have_been_and_why() -> None:
    world = World(a_tenant_row())

    told = refuse(an_sqs_record("{", "message-1"), PREFIX, UnknownCustomer("nobody"), world)

    assert told == {"errorName": "UnknownCustomer", "reason": "nobody", "requestId": "message-1"}


def test_what_a_removed_tenants_queue_held_is_refused_each_request_under_its_own_id() -> None:
    world = World(a_tenant_row(status="OFFBOARDING"))
    records = [an_sqs_record(json.dumps(a_message())), an_sqs_record("not json", "message-1")]

    park(records, "acme", PREFIX, unchecked, world)

    readable, other = (world.requests.find("acme", request_id) or {} for request_id in ("r1", "message-1"))
    assert (readable["request"], other["request"]) == (a_message(), {"message": "not json"})
    for row in (readable, other):
        assert (row["status"], row["errorName"], row["reason"]) == ("REJECTED", "UnknownCustomer", QUEUES_REMOVAL)
    assert readable["queuedAt"] == "2026-11-23T12:00:00.000Z"
    assert world.announcer.sent == [("r1", "REJECTED"), ("message-1", "REJECTED")]
