"""Each execution writes how it ended as a metric of its machine.

AWS: `ExecutionsFailed`, `ExecutionsTimedOut`, `ExecutionsAborted` and `ExecutionsSucceeded` of AWS/States by
`StateMachineArn`, of Express machines as well (Step Functions guide, "Monitoring Step Functions metrics using Amazon
CloudWatch").
The package: writes none.
Applied after `lost_events`: the metric does not depend on the event.
"""

from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name

NAMESPACE: Final = "AWS/States"
METRICS: Final = {
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
    "SUCCEEDED": "ExecutionsSucceeded",
}


def apply() -> None:
    replace_name(module("services.stepfunctions"), "_emit_execution_status_event", measured)


def measured(emit: Callable[[Any], None]) -> Callable[[Any], None]:
    def write_and_emit(execution: Any) -> None:
        if name := METRICS.get(execution["status"]):
            dimensions = {"StateMachineArn": execution["stateMachineArn"]}
            module("services.cloudwatch").record_metric(NAMESPACE, name, 1, "Count", dimensions)
        emit(execution)

    return write_and_emit
