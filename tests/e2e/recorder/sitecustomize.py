"""In each Lambda of a deployment under test: every call of AWS is written down, with the names of what it is about.

Python imports this module at its start where it stands on the path. A line is a call: JSON, in a file of its process.
No value of a row, a message or a secret is in it.
"""

import json
import os
from pathlib import Path
from typing import Any

FOLDER = os.environ.get("WFM_TEST_CALLS")
NAMES = {
    *("TableName", "IndexName", "QueueUrl", "QueueName", "stateMachineArn", "executionArn", "TopicArn", "SecretId"),
    *("Name", "GroupName", "Bucket", "Key", "DatabaseName", "FunctionName", "EventSourceArn", "UUID", "RoleArn"),
}
PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_written: set[str] = set()


def record(params: dict[str, Any], model: Any, **_: Any) -> None:
    for operation, given in _operations(model.name, params):
        names = {name: value for name, value in given.items() if name in NAMES}
        if "Target" in given:
            names["RoleArn"] = given["Target"]["RoleArn"]
        call = {
            "function": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", ""),
            "action": f"{model.service_model.signing_name}:{operation}",
            "names": names,
        }
        _write(json.dumps(call))


def _operations(name: str, params: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What IAM is asked about: of a transaction its parts, of a batch each table."""
    if name == "TransactWriteItems":
        return [(PARTS[kind], part) for item in params["TransactItems"] for kind, part in item.items()]
    if name == "BatchGetItem":
        return [(name, {"TableName": table}) for table in params["RequestItems"]]
    return [(name, params)]


def _write(line: str) -> None:
    if line not in _written:
        _written.add(line)
        with Path(str(FOLDER), f"{os.getpid()}.jsonl").open("a") as file:
            file.write(line + "\n")


if FOLDER:
    from botocore import handlers

    handlers.BUILTIN_HANDLERS.append(("before-parameter-build", record))
