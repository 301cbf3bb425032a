"""What a schedule or rule sends to a FIFO queue goes through the queue's own deduplication.

AWS: a message for a queue with content-based deduplication is taken once in five minutes, whoever sends it.
The package: puts messages of schedules and rules into the queue directly, the same one as often as it comes.
"""

# ruff: noqa: SLF001

from collections.abc import Callable
from typing import Any

from local.emulator.patches.rewrite import module, replace_name


def apply() -> None:
    replace_name(module("services.eventbridge"), "_dispatch_to_sqs", through_the_queue)


def through_the_queue(original: Callable[..., None]) -> Callable[..., None]:
    """Standard queues are left to the package."""

    def dispatch(spec: Any, payload: str, sqs_parameters: Any = None) -> None:
        sqs = module("services.sqs")
        queue, group = sqs._queue_by_arn(str(spec)), (sqs_parameters or {}).get("MessageGroupId")
        if queue and queue["is_fifo"] and group:
            message = {"QueueUrl": queue["url"], "MessageBody": payload, "MessageGroupId": group}
            sqs._act_send_message(message, queue["url"])
        else:
            original(spec, payload, sqs_parameters)

    return dispatch
