"""Lambdas of WFM that people may ask: they have the way to AMC that the client lacks."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from wfm.client.poll_schedule import CLOCK
from wfm.client.stack_names import SAME_VERSION
from wfm.errors import ClientError, TransientError, UnreachableError, names
from wfm.model.rows import Document, object_in

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

TRIES: Final = 6  # of what may pass by itself: AMC throttles, or does not answer
PAUSE: Final = 1.0  # second after the first try, and twice as long after each other
ANSWER_SECONDS: Final = 330  # without a byte; the slowest of these Lambdas may take 300
_MAY_PASS: Final = frozenset(names(TransientError))


class Functions:
    """The Lambdas `{prefix}-...`."""

    def __init__(self, client: "LambdaClient", prefix: str, sleep: Callable[[float], None] = CLOCK.sleep) -> None:
        self._client = client
        self._prefix = prefix
        self._sleep = sleep

    def call(self, name: str, **event: str) -> Document:
        """The Lambda's answer. ClientError in its words, or AMC's; what may pass is tried again, ever more slowly."""
        for left in reversed(range(TRIES)):
            failed, document = self._invoke(f"{self._prefix}-{name}", event)
            if not failed:
                return document
            if not left or document.get("errorType") not in _MAY_PASS:
                raise ClientError(str(document.get("errorMessage", document)))
            self._sleep(PAUSE * 2 ** (TRIES - 1 - left))
        raise AssertionError(TRIES)  # the last try returned or raised

    def _invoke(self, name: str, event: Document) -> tuple[bool, Document]:
        try:
            answer = self._client.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        except self._client.exceptions.ResourceNotFoundException as exc:
            raise UnreachableError(f"there is no function {name}: WFM is of another version; {SAME_VERSION}") from exc
        document = object_in(json.loads(answer["Payload"].read() or "{}"))
        return bool(answer.get("FunctionError")), document
