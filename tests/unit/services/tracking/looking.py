"""A look at a tenant, for tests of what it makes of AMC's answer."""

from typing import Any

from functions.services.tracking.tracking import Look, Tracker
from tests.builders import a_tenant_row
from tests.fakes import World


def a_world(**tenant: Any) -> World:
    return World(a_tenant_row(**tenant))


def look(world: World, *, asked: bool = True) -> Look:
    return Tracker(world).look("acme", asked=asked)
