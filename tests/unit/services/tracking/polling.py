"""A poll of a tenant, for tests of how AMC's answers are read."""

from datetime import timedelta
from typing import Any, Final

from functions.services.tracking.tracking import PollResult, Tracker
from tests.builders import a_tenant_row
from tests.fakes import World
from wfm.errors import WfmError

LONGEST_IDLE: Final = timedelta(hours=1)


def a_world(**tenant: Any) -> World:
    return World(a_tenant_row(**tenant))


def poll(world: World, *, asked: bool = True) -> PollResult:
    """One poll; an error that no port raises is a bug, and is raised."""
    found = Tracker(world, LONGEST_IDLE).poll("acme", asked=asked)
    if found.error is not None and not isinstance(found.error, WfmError):
        raise found.error
    return found
