"""The end of an execution may not be announced: `Unreliability.lost_ends`.

AWS: "Step Functions Execution Status Change" is delivered at best effort (EventBridge events reference).
The package: loses nothing.
"""

from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name
from local.emulator.troubles import happens, wanted

LOST: Final = "ends of executions not announced"


def apply() -> None:
    replace_name(module("services.stepfunctions"), "_emit_execution_status_event", losing)


def losing(emit: Callable[[Any], None]) -> Callable[[Any], None]:
    def emit_or_lose(execution: Any) -> None:
        if execution["status"] == "RUNNING" or not happens(LOST, wanted().lost_ends):
            emit(execution)

    return emit_or_lose
