"""Every invocation writes Lambda's own metrics, whoever made it.

AWS: `Invocations` and `Errors` (0 or 1) of each invocation, `Throttles` of a refused one, which counts as neither, and
`IteratorAge`, the milliseconds since the last record of a batch came into its stream, when the batch is sent to the
function; all by `FunctionName` (Lambda guide, "Types of metrics for Lambda functions").
The package: writes the first three for calls of Invoke only, so that what fails for a queue, a stream or a rule is
silent; a refused Invoke counts twice, and as an invocation.
On top, ages pass on the clock of time-outs: WFM_EMULATOR_TIMEOUT_SCALE.
"""

import os
import time
from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name, replace_source
from local.emulator.settings import TIMEOUT_SCALE

NAMESPACE: Final = "AWS/Lambda"
OF_EVENT: Final = "        _emit_lambda_metrics(name, duration_ms=0.0, error=False, throttle=False)\n"
OF_CALL: Final = """\
    _emit_lambda_metrics(
        name,
        duration_ms=_duration_ms,
        error=bool(result.get("error")),
        throttle=bool(result.get("throttle")),
    )
"""

Result = dict[str, Any]


def apply() -> None:
    service = module("services.lambda_svc")
    replace_source(service, "_invoke", (OF_EVENT, ""), (OF_CALL, ""))
    replace_name(service, "_emit_lambda_metrics", lambda _: throttled)
    replace_name(service, "_execute_function_dispatch", measured)


def throttled(function: str, **_: object) -> None:
    """What is left to the package is to tell of a refused invocation."""
    _write(function, "Throttles", 1)


def measured(execute: Callable[..., Result]) -> Callable[..., Result]:
    def execute_and_write(record: Any, config: dict[str, Any], event: Any, request_id: str, started: float) -> Result:
        function = config["FunctionName"]
        if (age := iterator_age(event)) is not None:
            _write(function, "IteratorAge", age, "Milliseconds")
        result = execute(record, config, event, request_id, started)
        _write(function, "Invocations", 1)
        _write(function, "Errors", 1 if result.get("error") else 0)
        _write(function, "Duration", (time.time() - started) * 1000, "Milliseconds")
        return result

    return execute_and_write


def iterator_age(event: Any) -> float | None:
    """None for what does not come from a table's stream."""
    records = event.get("Records") if isinstance(event, dict) else None
    if not records or records[-1].get("eventSource") != "aws:dynamodb":
        return None
    seconds = time.time() - float(records[-1]["dynamodb"]["ApproximateCreationDateTime"])
    return max(seconds, 0.0) * 1000 / float(os.environ.get(TIMEOUT_SCALE, "1"))


def _write(function: str, name: str, value: float, unit: str = "Count") -> None:
    module("services.cloudwatch").record_metric(NAMESPACE, name, value, unit, {"FunctionName": function})
