"""`library_rollout` walked through its real handlers: the same states in the same order, no emulator."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from functions.handlers import check_batch, plan_rollout, record_rollout, record_rollout_failure, roll_out_batch
from tests.builders import a_tenant_row
from tests.fakes import FakeLibrary, World
from wfm.errors import PermanentError
from wfm.model.tenants import TOGGLES


def call(handler: Any, world: World, event: Mapping[str, Any]) -> Any:
    return handler(dict(event), ports=lambda: world)


def a_world(*records: Mapping[str, Any], tenants: int = 1) -> World:
    world = World(*(a_tenant_row(customerId=f"t{number:04}", toggles=list(TOGGLES)) for number in range(tenants)))
    world.library = FakeLibrary(*records)
    return world


def roll_out(world: World, workflow_id: str, execution: str = "rollout-1") -> str:
    """Run one execution to its end; the reason of its failure, "" when there is none."""
    about = {"workflowId": workflow_id, "rollout": execution}

    def run(module: ModuleType, event: dict[str, Any]) -> Any:
        return call(module.handler, world, event)

    try:
        results = []
        for batch in run(plan_rollout, about)["batches"]:
            results.append(run(roll_out_batch, about | {"customerIds": batch}))
            run(check_batch, {"workflowId": workflow_id, "customerIds": batch})
        run(record_rollout, about | {"results": results})
    except PermanentError as exc:
        told = {"error": type(exc).__name__, "cause": str(exc)}
        return str(run(record_rollout_failure, about | told)["reason"])
    return ""
