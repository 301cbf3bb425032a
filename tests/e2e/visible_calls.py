"""What a Lambda's calls of AWS and of AMC are called, as far as others can see what they do."""

import json
from collections.abc import Mapping
from urllib.parse import parse_qs

from tests.e2e.forwarding import Call
from tests.reliability.calls import WRITES, tables_in

SEEN_BY_OTHERS = {
    "DynamoDB": WRITES,
    "AWSStepFunctions": {
        "StartExecution", "StopExecution", "SendTaskSuccess", "SendTaskFailure", "SendTaskHeartbeat",
    },
    "AWSEvents": {"PutEvents"},
    "AWSGlue": {"CreateTable", "UpdateTable"},
    "AmazonSQS": {"SendMessage", "SendMessageBatch"},
    "SNS": {"Publish"},
}  # fmt: skip
# Of files that are written part by part, by what their addresses have in the query.
_OF_FILES = {
    ("POST", "uploads"): "CreateMultipartUpload", ("PUT", "partNumber"): "UploadPart",
    ("POST", "uploadId"): "CompleteMultipartUpload",
}  # fmt: skip


def name_of(call: Call, tables: Mapping[str, str]) -> str | None:
    """Such as `TransactWriteItems Gate+Gate`, `Publish`, `POST workflowExecutions`; None for what nobody sees.

    `tables` says what to call DynamoDB's tables.
    """
    service, _, operation = call.headers.get("x-amz-target", "").rpartition(".")
    if service and operation in SEEN_BY_OTHERS.get(service.partition("_")[0], ()):
        touched = tables_in(operation, json.loads(call.body)) if service.startswith("DynamoDB") else []
        return " ".join([operation, "+".join(tables.get(table, table) for table in touched)]).strip()
    if call.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        action = parse_qs(call.body.decode()).get("Action", [""])[0]
        return action if action in SEEN_BY_OTHERS["SNS"] else None
    if call.method != "GET" and "/tenant%3D" in call.path:
        return _of_s3(call)
    concerns_runs = "/workflowExecutions" in call.path and call.method != "GET"
    return f"{call.method} workflowExecutions" if concerns_runs else None


def _of_s3(call: Call) -> str | None:
    query = parse_qs(call.path.partition("?")[2], keep_blank_values=True)
    return next((name for (method, key), name in _OF_FILES.items() if method == call.method and key in query), None)
