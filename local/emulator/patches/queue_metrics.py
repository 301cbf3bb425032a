"""How many messages can be received from a queue is a metric.

AWS: `ApproximateNumberOfMessagesVisible` of AWS/SQS by `QueueName`, each minute (SQS guide, "Available CloudWatch
metrics for Amazon SQS").
The package: writes none.
Mended: it is written for all queues whenever somebody reads metrics, which is when the package looks at anything.
"""

# ruff: noqa: SLF001

import time
from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name

NAMESPACE: Final = "AWS/SQS"
READERS: Final = ("_get_metric_statistics", "_get_metric_data")


def apply() -> None:
    for reader in READERS:
        replace_name(module("services.cloudwatch"), reader, counting)


def counting(read: Callable[..., Any]) -> Callable[..., Any]:
    def write_and_read(*arguments: Any) -> Any:
        for queue in list(module("services.sqs")._queues.values()):
            _write(queue)
        return read(*arguments)

    return write_and_read


def _write(queue: dict[str, Any]) -> None:
    now = time.time()
    visible = sum(message["visible_at"] <= now for message in list(queue["messages"]))
    name = queue["url"].rpartition("/")[2]
    module("services.cloudwatch").record_metric(
        NAMESPACE, "ApproximateNumberOfMessagesVisible", visible, "Count", {"QueueName": name}
    )
