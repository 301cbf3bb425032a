"""Tenants' dead letter queues: listed, sent again, emptied.

A letter that goes back is a request of its own, since the one it was refused as has ended; what SQS gave up on keeps
its id, under which nothing has ended. A letter is deleted only after its successor was sent, and one whose successor
has a row was sent before: nothing is lost, and nothing runs twice.
"""

import json
from collections.abc import Collection, Iterable, Iterator, MutableSequence, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wfm.calendar.timestamps import iso
from wfm.client import deprecated
from wfm.client.adapters.queue_messages import Message
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.queues.dead_letters import DELETED, KEPT, DeadLetter, read_letter
from wfm.client.requests.messages import read
from wfm.client.requests.requests import Requests
from wfm.client.requests.resubmit import DONE, SENT, ResubmitResult
from wfm.client.tenants.tenants import Tenants
from wfm.errors import PermanentError, UsageError
from wfm.model import json_text
from wfm.model.resubmissions import successor_id
from wfm.model.stored_request import RESUBMITS, StoredRequest
from wfm.store.schema import REQUESTS

MAX_LETTERS: Final = 10_000  # SQS hands out at most twice as many at a time


@in_words
class DeadLetterQueues:
    """The dead letter queues of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, requests: Requests) -> None:
        self._aws = aws
        self._tenants = tenants
        self._requests = requests

    def list(self, customer_id: str, most: int = MAX_LETTERS) -> Sequence[DeadLetter]:
        """The tenant's dead letters, oldest first. They stay, and a peek counts for nothing."""
        with self._in_hand(self._url(customer_id), most) as letters:
            return [*letters]

    def redrive(
        self,
        customer_id: str,
        ids: Collection[str] | None = None,
        corrected: str | None = None,
        by: str | None = None,
    ) -> Iterator[ResubmitResult]:
        """Send the named letters (None: all) to the tenant's queue again, with what became of each.

        `corrected` goes in place of the one letter that is named. What would be refused again is kept. `by` is who
        wants it, for the row of the request as which a letter was refused; one that SQS gave up on has no row yet.
        """
        url = self._url(customer_id)
        with self._in_hand(url, MAX_LETTERS) as letters:
            chosen = _named(letters, ids)
            if corrected is not None and len(chosen) != 1:
                raise UsageError(f"--message: {len(chosen)} dead letters are named; allowed: one")
            for letter in chosen:
                result = self._send(customer_id, letter, corrected)
                if by and letter.refused and result.outcome == SENT:
                    key = REQUESTS.key(customer_id, letter.request_id)
                    self._aws.tables.request_changes.note_resubmission(key, result.successor, by)
                if result.outcome != KEPT:
                    self._aws.messages.delete(url, letter.message)
                    letters.remove(letter)
                yield result
        yield from _missing(customer_id, chosen, ids)

    def _send(self, customer_id: str, letter: DeadLetter, corrected: str | None) -> ResubmitResult:
        document, wrong = _read_object(letter.message.body if corrected is None else corrected)
        if document is None:
            told = f"it is no JSON object{wrong}; --message takes a correct one"
            return ResubmitResult(letter.request_id, KEPT, "", told, customer_id)
        successor, before = self._successor(customer_id, letter, is_new=corrected is not None)
        if before:
            return ResubmitResult(letter.request_id, DONE, successor, f"was sent before, and is {before}", customer_id)
        body = json.dumps(_renewed(document, letter, successor), separators=(",", ":"))
        queue_url = self._tenants.queue_url(customer_id)
        try:
            sent_now = Message(letter.message.message_id, body, datetime.now(UTC), 0, {}, "")
            read(sent_now, customer_id)
        except PermanentError as exc:
            return ResubmitResult(letter.request_id, KEPT, "", f"it would be refused again: {exc}", customer_id)
        self._aws.messages.send(queue_url, body, successor, f"{successor}.{letter.message.message_id}")
        return ResubmitResult(letter.request_id, SENT, successor, "is in the queue again", customer_id)

    def _successor(self, customer_id: str, letter: DeadLetter, *, is_new: bool) -> tuple[str, str]:
        """The id under which a letter is sent again, and the status of that request if it was sent before.

        A corrected message is a new one, whatever was sent before.
        """
        if not letter.refused and not is_new:
            request = self._requests.get(customer_id, letter.own_id)
            return letter.own_id, request.status if request and request.ended else ""
        taken: set[str] = set()
        again = letter.origin != letter.request_id
        while True:
            name = successor_id(letter.own_id, taken, again=again)
            request = self._requests.get(customer_id, name)
            if request is None:
                return name, ""
            if not is_new and StoredRequest(request.row).origin == letter.origin:
                return name, request.status
            taken.add(name)

    def purge(self, customer_id: str, ids: Collection[str] | None = None) -> Iterator[ResubmitResult]:
        """Delete the named letters (None: all); the requests as which they were refused stay on record."""
        url = self._url(customer_id)
        with self._in_hand(url, MAX_LETTERS) as letters:
            chosen = _named(letters, ids)
            for letter in chosen:
                self._aws.messages.delete(url, letter.message)
                letters.remove(letter)
                yield ResubmitResult(letter.request_id, DELETED, "", letter.reason, customer_id)
        yield from _missing(customer_id, chosen, ids)

    @contextmanager
    def _in_hand(self, url: str, most: int) -> Iterator[MutableSequence[DeadLetter]]:
        """Letters that nobody else gets meanwhile; those that stay in the list are put back."""
        letters = [read_letter(message) for message in self._aws.messages.take(url, most)]
        letters.sort(key=lambda letter: letter.message.sent_at)
        try:
            yield letters
        finally:
            self._aws.messages.put_back(url, [letter.message for letter in letters])

    def _url(self, customer_id: str) -> str:
        tenant = self._tenants.get(customer_id)
        if not tenant.dead_letter_queue_url:
            raise UsageError(f"customerId: {customer_id} is {tenant.status} and has no dead letter queue")
        return tenant.dead_letter_queue_url

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> object:
            return deprecated.find(self, deprecated.CALLS_OF_DEAD_LETTERS, "wfm.queues.dead_letters", name)


def _named(letters: Iterable[DeadLetter], ids: Collection[str] | None) -> list[DeadLetter]:
    return [letter for letter in letters if ids is None or letter.ids & {*ids}]


def _missing(customer_id: str, chosen: Iterable[DeadLetter], ids: Collection[str] | None) -> Iterator[ResubmitResult]:
    for missing in sorted({*(ids or ())} - {known for letter in chosen for known in letter.ids}):
        why = "there is no such dead letter, or somebody else has it in hand"
        yield ResubmitResult(missing, KEPT, "", why, customer_id)


def _renewed(document: dict[str, object], letter: DeadLetter, successor: str) -> dict[str, object]:
    """The message under its new id; its dates are relative to the time when it was first sent, as ever."""
    renewed = {"scheduledTime": iso(letter.message.sent_at)} | document | {"requestId": successor}
    return renewed if successor == letter.own_id else renewed | {RESUBMITS: letter.origin}


def _read_object(text: str) -> tuple[dict[str, object] | None, str]:
    """The JSON object in a text, as strictly as a queue is read; or why there is none, in brackets."""
    try:
        document = json_text.read(text)
    except ValueError as exc:
        return None, f" ({exc})"
    return (document, "") if isinstance(document, dict) else (None, "")
