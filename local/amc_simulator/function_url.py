"""The simulator as a Lambda behind a function URL, for an acceptance on an account.

The URL is open to the world. So it knows no credential until one is put, and whoever shows neither a token nor the
secret for one gets an answer that leaves no trace. What steers the simulator (`/_simulator`) does not come by the URL:
it is an event of another shape, which takes the right to invoke the function.
"""

import asyncio
import base64
import os
import random
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import boto3
from fastapi import FastAPI
from starlette.types import Message

from local.amc_simulator.app import create_app
from local.amc_simulator.delivery import ResultStore, S3ResultStore, deliver
from local.amc_simulator.front import DROP_EXTENSION
from local.amc_simulator.saved_state import S3StateStore, SavedSimulator, StateStore
from local.amc_simulator.simulator import Simulator

Event = Mapping[str, Any]
Answer = dict[str, Any]
STEERING: Final = "/_simulator"
_OPEN: Final = ("/auth/o2/token", "/amc-output/")  # what these ask for is in the form, or in the signed link
_PAUSE: Final = 0.05  # seconds, of the first attempt
_LONGEST_PAUSE: Final = 1.0


def handler(event: Event, _context: object) -> Answer:
    """Answer an event of the function URL, or `{"steer": {"method", "path", "body"}}`."""
    return _gateway().answer(event)


@cache
def _gateway() -> "Gateway":
    s3 = boto3.client("s3")
    state = S3StateStore(s3, os.environ["SIMULATOR_BUCKET"], os.environ["SIMULATOR_KEY"])
    return Gateway(state, S3ResultStore(s3))


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(_LONGEST_PAUSE, _PAUSE * 2**attempt)))  # noqa: S311 - not for secrets


class Gateway:
    """Answers events on a saved simulator."""

    def __init__(self, state: StateStore, results: ResultStore) -> None:
        simulator = Simulator(store=results, credentials=())
        self._app = create_app(simulator)
        self._saved = SavedSimulator(simulator, state, _pause)

    def answer(self, event: Event) -> Answer:
        """The answer in the shape of function URLs (Lambda developer guide, "Response payload format")."""
        request = _steering(event["steer"]) if "steer" in event else event
        if "steer" not in event and (refusal := _refusal(event)):
            return refusal
        return self._saved.carry_out(lambda simulator: self._carry_out(simulator, request))

    def _carry_out(self, simulator: Simulator, request: Event) -> tuple[Answer, bool]:
        simulator.advance()
        answer = asyncio.run(_call(self._app, request))
        for run in simulator.take_finished():
            if instance := simulator.instances.get(run.order.instance_id):
                deliver(run, instance, simulator.store)
        return answer, answer["statusCode"] == 200 or _is_known(simulator, request)


def _steering(call: Mapping[str, Any]) -> Event:
    path = urlsplit(f"{STEERING}{call['path']}")
    return {
        "rawPath": path.path,
        "rawQueryString": path.query,
        "headers": {"content-type": "application/json"},
        "body": call.get("body") or "",
        "requestContext": {"http": {"method": call["method"]}},
    }


def _refusal(event: Event) -> Answer | None:
    """For what needs no look at the state."""
    path = str(event["rawPath"])
    if path.startswith(STEERING):
        return {"statusCode": 404}
    return None if path.startswith(_OPEN) or "authorization" in event["headers"] else {"statusCode": 401}


def _is_known(simulator: Simulator, request: Event) -> bool:
    """Whether the caller has a token of ours, or steers."""
    token = request["headers"].get("authorization", "").partition(" ")[2]
    is_steering = str(request["rawPath"]).startswith(STEERING)
    return is_steering or simulator.tokens.credential_of(token, simulator.wall()) is not None


async def _call(app: FastAPI, event: Event) -> Answer:
    """One call of the ASGI application. A connection cannot be cut here: the gateway's 502 stands for that."""
    sent: list[Message] = []
    is_cut: list[bool] = []
    body = _body(event)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": event["requestContext"]["http"]["method"],
        "scheme": "https",
        "path": event["rawPath"],
        "raw_path": event["rawPath"].encode(),
        "query_string": event["rawQueryString"].encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in event["headers"].items()],
        "extensions": {DROP_EXTENSION: lambda: is_cut.append(True)},
    }
    await app(scope, receive, send)
    return {"statusCode": 502} if is_cut else _as_answer(sent)


def _body(event: Event) -> bytes:
    text = event.get("body") or ""
    return base64.b64decode(text) if event.get("isBase64Encoded") else text.encode()


def _as_answer(sent: list[Message]) -> Answer:
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return {
        "statusCode": sent[0]["status"],
        "headers": {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]},
        "body": base64.b64encode(content).decode(),
        "isBase64Encoded": True,
    }
