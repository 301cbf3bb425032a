"""CreateQueues: a name that was deleted is not used again before SQS has deleted it."""

from datetime import timedelta

import pytest

from functions.handlers import create_queues, deprovision_tenant
from tests.builders import a_tenant_row
from tests.fakes import World
from wfm.errors import NotReadyYet

WANTED = {"customerId": "acme", "wanted": "ACTIVE"}


def test_queues_are_made_anew_only_after_sqs_has_deleted_the_old_ones() -> None:
    world = World(a_tenant_row())
    create_queues.handler(WANTED, ports=lambda: world)
    deprovision_tenant.handler({"customerId": "acme"}, ports=lambda: world)

    world.clock.now += timedelta(seconds=60)
    with pytest.raises(NotReadyYet, match="its queues were deleted at 2026"):
        create_queues.handler(WANTED, ports=lambda: world)
    assert world.queues.there == {}

    world.clock.now += timedelta(seconds=10)
    create_queues.handler(WANTED, ports=lambda: world)

    assert world.queues.there == {"acme": True}
    assert "queuesDeletedAt" not in world.tenants.rows["acme"]
