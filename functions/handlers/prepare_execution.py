"""PrepareExecution: what was asked becomes what AMC will be told, or a refusal that names the field."""

from functools import partial
from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.preparation import load_request, prepare
from wfm.calendar.timestamps import parse
from wfm.model.json_schema import validate

_validate = partial(validate, "execution_request")


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{input, executionName, executionArn, startTime}` -> `{customerId, requestId, workflowId, priority, arrival}`."""
    row = load_request(event["input"], event["executionName"], parse(event["startTime"]), _validate, ports.requests)
    body = prepare(row, _validate, ports.tenants, ports.workflows, ports.amc)
    ports.requests.save(row["customerId"], row["requestId"], execution=body, executionArn=event["executionArn"])
    return {
        "customerId": row["customerId"],
        "requestId": row["requestId"],
        "workflowId": row["workflowId"],
        "priority": row["priority"],
        "arrival": row["requestedAt"],
    }
