"""`workflow_sync` walked through its real handlers: the same states in the same order, no emulator."""

from types import ModuleType
from typing import Any

from functions.handlers import check_workflow, record_sync_failure, sync_workflow
from tests.fakes import World
from wfm.errors import NotReadyYet, PermanentError, TransientError

MAX_POLLS = 8


def sync(world: World, ids: dict[str, str], execution: str) -> None:
    """Run one execution to its end."""
    about = ids | {"executionArn": execution}
    try:
        while not _is_carried(world, about):
            pass
    except (PermanentError, NotReadyYet) as exc:
        _call(world, record_sync_failure, about | {"error": type(exc).__name__, "cause": str(exc)})


def _is_carried(world: World, about: dict[str, Any]) -> bool:
    """False when the row has become another one."""
    desired = _call(world, sync_workflow, about)["desired"]
    for polls in range(MAX_POLLS):
        checked = _call(world, check_workflow, about | {"desired": desired, "polls": polls})
        if checked["inSync"] or checked["changed"]:
            return bool(checked["inSync"])
    raise NotReadyYet("AMC took the workflow, but does not show it")


def _call(world: World, module: ModuleType, event: dict[str, Any]) -> Any:
    """What may pass is tried again at once, as Step Functions does after a while."""
    while True:
        try:
            return module.handler(event, ports=lambda: world)
        except TransientError:
            continue
