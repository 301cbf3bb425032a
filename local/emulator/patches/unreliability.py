"""Whoever writes `unreliability.json` into the emulator's folder has AWS as it is on a bad day.

AWS: status changes of executions are delivered at best effort; a stream's records may come again; any call may be
throttled, and the SDK's few tries may not be enough.
The package: loses nothing, repeats nothing, and throttles nobody.
Mended: the file says how probable each is, as `Unreliability` has them; without the file nothing changes.
"""

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name

FILE: Final = "unreliability.json"
THROTTLED_SERVICES: Final = ("dynamodb", "stepfunctions", "sqs")


@dataclass(frozen=True)
class Unreliability:
    """Probabilities: of an execution's end that is not announced, of a batch that comes twice, of a throttled call."""

    lost_ends: float = 0.0
    repeated_batches: float = 0.0
    throttled_calls: float = 0.0

    def write(self, folder: Path) -> None:
        """Make the emulator of that folder unreliable from now on."""
        incoming = folder / f".{FILE}"
        incoming.write_text(json.dumps(vars(self)))
        incoming.rename(folder / FILE)


def apply() -> None:
    states = module("services.stepfunctions")
    replace_name(states, "_emit_execution_status_event", losing)
    replace_name(module("services.lambda_svc"), "_deliver_stream_batch", repeating)
    for name in THROTTLED_SERVICES:
        replace_name(module(f"services.{name}"), "handle_request", throttling)


def _now() -> Unreliability:
    file = Path(os.environ["TMPDIR"]).parent / FILE
    return Unreliability(**json.loads(file.read_text())) if file.exists() else Unreliability()


def _happens(probability: float) -> bool:
    return probability > 0 and random.random() < probability  # noqa: S311 (no secret)


def losing(emit: Callable[[Any], None]) -> Callable[[Any], None]:
    def emit_or_lose(execution: Any) -> None:
        if execution["status"] == "RUNNING" or not _happens(_now().lost_ends):
            emit(execution)

    return emit_or_lose


def repeating(deliver: Callable[..., None]) -> Callable[..., None]:
    def deliver_and_repeat(*batch: Any) -> None:
        if _happens(_now().repeated_batches):
            deliver(*batch)
        deliver(*batch)

    return deliver_and_repeat


def throttling(handle: Callable[..., Any]) -> Callable[..., Any]:
    async def handle_or_throttle(*request: Any, **named: Any) -> Any:
        if _happens(_now().throttled_calls):
            refuse = module("core.responses").error_response_json
            return refuse("ThrottlingException", "Rate exceeded", 400)
        return await handle(*request, **named)

    return handle_or_throttle
