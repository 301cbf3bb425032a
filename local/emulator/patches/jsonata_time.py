"""An expression has a minute of this machine's time.

AWS: an expression may take a second of a machine of its own.
The package: a second by the clock, while a thousand other executions run in the same process; under load an
execution fails with States.QueryEvaluationError that would not on AWS.
Mended: a minute, so that only an expression without end is stopped.
"""

from local.emulator.patches.rewrite import module, replace_source

SECOND = "jsonata.Jsonata.jsonata(expression, timeout=1000)"
MINUTE = "jsonata.Jsonata.jsonata(expression, timeout=60_000)"


def apply() -> None:
    replace_source(module("services.stepfunctions"), "_evaluate_jsonata", (SECOND, MINUTE))
