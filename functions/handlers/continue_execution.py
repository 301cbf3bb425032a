"""ContinueExecution: hands a request that was requeued very often to a new execution of `execution_lifecycle`."""

from typing import NotRequired, TypedDict

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.execution.requeue import continue_execution


class ContinueExecutionInput(TypedDict):
    """The request, and the ARN of the execution that hands it over."""

    customerId: str
    requestId: str
    executionArn: str
    traceId: NotRequired[str]


class ContinueExecutionOutput(TypedDict):
    """The ARN of the execution that continues the request."""

    continuedBy: str


@entry
def handler(event: ContinueExecutionInput, ports: Ports) -> ContinueExecutionOutput:
    """Start the new execution, and name it on the request's row."""
    ids, machine = (event["customerId"], event["requestId"]), ports.settings.execution_lifecycle_arn
    return {"continuedBy": continue_execution(*ids, event["executionArn"], machine, ports)}
