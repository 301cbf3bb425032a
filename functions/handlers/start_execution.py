"""A tenant's queue: each message starts `execution_lifecycle` once, or goes to the DLQ with its reason."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.adapters.json_schema import validate
from functions.domain.errors import PermanentError
from functions.domain.intake import read_message, refuse, sent_at
from functions.domain.requests import request_row
from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports

_validate = partial(validate, "execution_request")


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of SQS records."""
    return each_record(event, EventType.SQS, lambda record: _take(record, ports))


def _take(record: Any, ports: Ports) -> None:
    config = ports.settings
    try:
        request = read_message(record, config.prefix, _validate)
    except PermanentError as exc:
        reason = refuse(record, config.prefix, exc, ports)
        ports.queues.dead_letter(record["eventSourceARN"], record["body"], reason, record["messageId"])
        return
    ports.requests.add(request_row(request, sent_at(record)))
    ids = {"customerId": request.customer_id, "requestId": request.request_id}
    ports.tasks.start(config.execution_lifecycle_arn, request.execution_name, ids)
