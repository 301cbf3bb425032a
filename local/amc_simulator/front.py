"""The layer in front of AMC's routes: it keeps the journal, plays the faults and throttles."""

import asyncio
import time
import uuid
from dataclasses import dataclass, field

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from local.amc_simulator.errors import error_body
from local.amc_simulator.faults import Fault
from local.amc_simulator.journal import Call
from local.amc_simulator.simulator import Simulator

DROP_EXTENSION = "amc_simulator.drop_connection"
_DETAILS = {
    429: "Too Many Requests",
    500: "Internal server error",
    503: "Service Unavailable",
    504: "Endpoint request timed out",
}


@dataclass
class _Recorder:
    """Stands in for the connection, so that an answer can be read, and withheld."""

    messages: list[Message] = field(default_factory=list)

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])


class Front:
    """ASGI middleware.

    The server offers a way to cut the connection as the scope's extension `DROP_EXTENSION`.
    """

    def __init__(self, app: ASGIApp, simulator: Simulator) -> None:
        self._app = app
        self._simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a call; those to `/_simulator` pass untouched."""
        if scope["type"] != "http" or scope["path"].startswith("/_simulator"):
            await self._app(scope, receive, send)
            return
        simulator, started = self._simulator, time.perf_counter()
        call = Call(scope["method"], scope["path"], scope["query_string"].decode(), simulator.wall(), _client_id(scope))
        scope["amc_call"] = call
        fault = simulator.faults.take(call.method, call.path, call.instance_id)
        answer = await self._answer(scope, receive, call, fault)
        interference = "fault" if fault else "throttled" if answer and answer.status == 429 else None
        status = answer.status if answer else None
        simulator.journal.add(call, status, interference, time.perf_counter() - started)
        if answer is None:
            scope["extensions"][DROP_EXTENSION]()
            await asyncio.sleep(0)  # lets the server see that the connection is gone
            return
        answer.messages[0]["headers"] = [*answer.messages[0]["headers"], *_ids(call)]
        for message in answer.messages:
            await send(message)

    async def _answer(self, scope: Scope, receive: Receive, call: Call, fault: Fault | None) -> _Recorder | None:
        """What to send, None for nothing at all."""
        answer = _Recorder()
        if fault and fault.when == "before":
            await asyncio.sleep(fault.delay_seconds)
        if fault is None or fault.when == "after" or (fault.status is None and not fault.drop):
            await self._carry_out(scope, receive, answer, call)
        if fault and fault.when == "after":
            await asyncio.sleep(fault.delay_seconds)
        if fault and fault.drop:
            return None
        if fault and fault.status is not None:
            answer.messages.clear()
            await _spoilt(fault, fault.status)(scope, receive, answer)
        return answer

    async def _carry_out(self, scope: Scope, receive: Receive, answer: _Recorder, call: Call) -> None:
        throttling = self._simulator.configuration.throttling
        throttle, client_id = self._simulator.throttle, call.client_id
        if throttling and client_id and not throttle.admits(client_id, throttling, call.arrived_at):
            refusal = Fault(status=429, body=throttling.body, retry_after=throttling.retry_after)
            await _spoilt(refusal, 429)(scope, receive, answer)
            return
        await self._app(scope, receive, answer)
        call.accepted = answer.status < 400


def _ids(call: Call) -> list[tuple[bytes, bytes]]:
    """What support asks for. [sample collection: two headers of every answer]"""
    return [(b"x-amz-rid", call.rid.encode()), (b"x-amz-request-id", call.request_id.encode())]


def _client_id(scope: Scope) -> str | None:
    header = dict(scope["headers"]).get(b"amazon-advertising-api-clientid")
    return header.decode("latin-1") if header else None


def _spoilt(fault: Fault, status: int) -> Response:
    """The answer of a fault. AMC's 429 comes with a Retry-After in seconds, and sometimes without.

    [Ads API, practitioners]
    """
    headers = {"x-amzn-RequestId": str(uuid.uuid4())}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    details = fault.details or _DETAILS.get(status, f"Simulated fault with status {status}.")
    if fault.body == "html":
        return HTMLResponse(f"<html><body><h1>{status}</h1><p>{details}</p></body></html>", status, headers)
    if fault.body == "empty":
        return Response(b"", status, headers)
    if fault.body == "broken-json":
        return Response(b'{"code": "', status, headers, media_type="application/json")
    return JSONResponse(error_body(status, details, fault.body), status, headers)
