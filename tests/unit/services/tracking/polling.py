"""A look at a tenant, for tests of what it makes of AMC's answer."""

from typing import Any

from functions.services.tracking.tracking import PollResult, Tracker
from tests.builders import a_tenant_row
from tests.fakes import World
from wfm.errors import WfmError


def a_world(**tenant: Any) -> World:
    return World(a_tenant_row(**tenant))


def poll(world: World, *, asked: bool = True) -> PollResult:
    """One look; a failure that no port means to raise is a fault of WFM's own, and not one to be kept."""
    found = Tracker(world).poll("acme", asked=asked)
    if found.error is not None and not isinstance(found.error, WfmError):
        raise found.error
    return found
