"""A deleted queue lingers for `Unreliability.queue_linger` seconds: some calls find it, and nobody can make it anew.

AWS: deletion takes up to 60 seconds, in which calls for the queue might succeed, but what was sent is gone afterwards;
whoever makes a queue of that name in the meantime gets QueueDeletedRecently (SQS API reference, DeleteQueue and
CreateQueue).
The package: the queue is gone at once, and can be made anew at once.
Mended: half of the calls find it, drawn anew each time. Lambda reads it until it is gone.
"""

# ruff: noqa: SLF001

import contextvars
import threading
from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name
from local.emulator.troubles import count, happens, wanted

FOUND: Final = 0.5
LINGERED: Final = "deleted queues that linger"
ANSWERED: Final = "calls that found a deleted queue"
REFUSED: Final = "queues not made for one deleted recently"
DELETED: Final = "wfm_deleted"  # a field of a queue

Queue = dict[str, Any]


def apply() -> None:
    sqs = module("services.sqs")
    replace_name(sqs, "_get_q", sometimes_found)
    for action, build in {"DeleteQueue": lingering, "CreateQueue": refusing, "GetQueueUrl": through_get_queue}.items():
        sqs._HANDLERS[action] = build(sqs._HANDLERS[action])


def lingering(delete: Callable[..., Any]) -> Callable[..., Any]:
    def delete_later(request: Any, url: str) -> Any:
        seconds = wanted().queue_linger
        if not seconds:
            return delete(request, url)
        sqs = module("services.sqs")
        queue = sqs._get_q(request.get("QueueUrl", url), "sqs:DeleteQueue")
        if not queue.get(DELETED):
            queue[DELETED] = True
            count(LINGERED)
            threading.Timer(seconds, contextvars.copy_context().run, (_remove, queue, delete)).start()
        return {}

    return delete_later


def _remove(queue: Queue, delete: Callable[..., Any]) -> None:
    queue.pop(DELETED)
    delete({"QueueUrl": queue["url"]}, queue["url"])


def refusing(create: Callable[..., Any]) -> Callable[..., Any]:
    def create_or_refuse(request: Any, url: str) -> Any:
        sqs = module("services.sqs")
        queue = sqs._queues.get(sqs._queue_url(request.get("QueueName", "")))
        if queue and queue.get(DELETED):
            count(REFUSED)
            told = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
            raise sqs._Err("QueueDeletedRecently", told)
        return create(request, url)

    return create_or_refuse


def sometimes_found(get_queue: Callable[..., Queue]) -> Callable[..., Queue]:
    """`action` is None for what the emulator does by itself, as Lambda's reading."""

    def get_if_found(url: str, action: str | None = None) -> Queue:
        queue = get_queue(url, action)
        if queue.get(DELETED) and action is not None and not happens(ANSWERED, FOUND):
            raise module("services.sqs")._Err("QueueDoesNotExist", "The specified queue does not exist.")
        return queue

    return get_if_found


def through_get_queue(get_url: Callable[..., Any]) -> Callable[..., Any]:
    """GetQueueUrl, which looks the name up by itself."""

    def get_url_if_found(request: Any, url: str) -> Any:
        found = get_url(request, url)
        module("services.sqs")._get_q(found["QueueUrl"], "sqs:GetQueueUrl")
        return found

    return get_url_if_found
