"""Dead letters: messages that WFM refused, with its reason, or that it could not take for as long as SQS tried."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wfm.calendar.timestamps import iso
from wfm.client.adapters.queue_messages import Message
from wfm.errors import PermanentError
from wfm.model.request_ids import id_from
from wfm.model.requests import read_request
from wfm.model.stored_request import RESUBMITS

_GIVEN_UP: Final = "WFM could not take it in as many tries as the queue allows"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One letter. `request_id` is its refusal's key in ExecutionRequests, `own_id` the id in the message."""

    request_id: str
    own_id: str
    error_name: str
    reason: str
    message: Message

    @property
    def refused(self) -> bool:
        """Whether WFM refused it, and SQS did not just give up on it."""
        return bool(self.error_name)

    @property
    def ids(self) -> set[str]:
        """The ids by which people may name the letter."""
        return {self.request_id, self.own_id, self.message.message_id}

    @property
    def document(self) -> dict[str, object] | None:
        """The message, if it is a JSON object."""
        return read_document(self.message.body)

    @property
    def origin(self) -> str:
        """The first request that it repeats."""
        return str((self.document or {}).get(RESUBMITS) or self.request_id)

    def as_json(self, now: datetime) -> dict[str, object]:
        """What `--json` prints; `message` is as it was sent, an object if it is one."""
        return {
            "requestId": self.request_id,
            "ownRequestId": self.own_id,
            "errorName": self.error_name or None,
            "reason": self.reason,
            "sentAt": iso(self.message.sent_at),
            "ageSeconds": round((now - self.message.sent_at).total_seconds()),
            "receives": self.message.receives,
            "message": self.document or self.message.body,
        }


def read_letter(message: Message) -> DeadLetter:
    """A letter with what `start_execution` wrote onto it; without that, SQS moved it here by itself."""
    own_id = _own_id(message)
    error, reason = message.attributes.get("errorName", ""), message.attributes.get("reason", _GIVEN_UP)
    return DeadLetter(message.attributes.get("requestId", own_id), own_id, error, reason, message)


def _own_id(message: Message) -> str:
    named = message.attributes.get("requestId") or id_from(message.message_id)
    try:
        return read_request(read_document(message.body) or {}, named).request_id
    except (PermanentError, AttributeError, TypeError, ValueError):
        return named


def read_document(body: str) -> dict[str, object] | None:
    """A JSON object, or None for what is none."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


KEPT: Final = "KEPT"  # it is a dead letter still
DELETED: Final = "DELETED"
