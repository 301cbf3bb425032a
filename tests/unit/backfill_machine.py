"""`backfill` walked through its real handlers, on fakes: the same states in the same order, no emulator."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

from functions.handlers import cancel_requests, check_backfill, plan_backfill, send_requests, start_execution
from tests.builders import an_sqs_record
from tests.fakes import World

Meanwhile = Callable[[], None]


def backfill(world: World, document: dict[str, Any], name: str = "q1", meanwhile: Meanwhile = lambda: None) -> Any:
    """Run one execution to its end; its output. `meanwhile` is what happens in each pause; it may raise to stop it."""
    world.tasks.start("backfill", name, document)
    if "stopped" in document:
        return _clean_up(world, document)
    given = {"input": document, "executionName": name}
    plan, following = _call(plan_backfill, world, given), 0
    while following < plan["requests"]:
        following = _call(send_requests, world, {**given, "next": following})["next"]
    while True:
        meanwhile()
        progress = _call(check_backfill, world, {"backfillId": plan["backfillId"]})
        if progress["ended"] >= plan["requests"]:
            return {**plan, **progress["outcome"]}


def _clean_up(world: World, document: dict[str, Any]) -> Any:
    cancelled = {"next": 0, "requests": 1}
    while cancelled["next"] < cancelled["requests"]:
        cancelled = _call(cancel_requests, world, {**document, "next": cancelled["next"]})
    return cancelled


def _call(module: ModuleType, world: World, event: dict[str, Any]) -> Any:
    return module.handler(event, ports=lambda: world)


def deliver(world: World, most: int) -> None:
    """The next messages that were sent reach their tenants' consumer."""
    for customer_id, document in world.queues.sent[:most]:
        queue = f"wfm-demoteam-amcdataset-{customer_id}.fifo"
        start_execution.handler({"Records": [an_sqs_record(json.dumps(document), queue=queue)]}, ports=lambda: world)
    del world.queues.sent[:most]
