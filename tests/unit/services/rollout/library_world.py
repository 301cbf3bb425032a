"""A tenant and a library as the tests of rollouts speak of them."""

from collections.abc import Mapping
from typing import Any

from functions.services.rollout.convergence import roll_out_library, roll_out_workflow
from tests.builders import a_tenant_row
from tests.fakes import FakeLibrary, World
from wfm.model.library_workflows import read_library_record
from wfm.model.tenants import TOGGLES


def a_world(*records: Mapping[str, Any], **tenant: Any) -> World:
    world = World(a_tenant_row(toggles=list(TOGGLES), **tenant))
    world.library = FakeLibrary(*records)
    return world


def roll_out(world: Any) -> Any:
    return roll_out_workflow("acme", "reach", world, read_library_record)


def roll_all_out(world: Any) -> Any:
    return roll_out_library("acme", world, read_library_record)


def versions(world: World) -> dict[str, int]:
    rows = {workflow_id: row["libraryVersion"] for (_, workflow_id), row in world.workflows.rows.items()}
    return rows | {f"schedule {name}": row["libraryVersion"] for (_, name), row in world.schedules.rows.items()}
