"""The digests of all tenants."""

import pytest

from functions.handlers.send_digests import handler
from functions.services.notifications.digests import INDEX_LAG
from tests.builders import a_run, a_tenant_row
from tests.fakes import NOON, World
from wfm.model.runs import run_row


def a_world() -> World:
    tenants = [("acme", "daily", "ACTIVE"), ("globex", "daily", "PAUSED"), ("initech", None, "ACTIVE")]
    tenants += [("gone", "daily", "OFFBOARDED")]
    world = World(*(a_tenant_row(customerId=name, digest=digest, status=status) for name, digest, status in tenants))
    for name, *_ in tenants:
        world.executions.rows[name, "run-1"] = run_row(name, a_run(status="SUCCEEDED"), NOON - INDEX_LAG)
    return world


def test_every_tenant_in_service_that_asks_for_it_gets_one() -> None:
    world = a_world()

    assert handler({}, ports=lambda: world) == {"sent": 2}

    assert [customer_id for customer_id, *_ in world.announcer.digests] == ["acme", "globex"]


def test_one_that_fails_keeps_none_of_the_others_and_is_tried_again() -> None:
    world = a_world()
    poll = world.executions.since

    def flaky(customer_id: str, since: str) -> object:
        if customer_id == "acme":
            raise ConnectionError("no index today")
        return poll(customer_id, since)

    world.executions.since = flaky  # type: ignore[method-assign,assignment]
    with pytest.raises(ConnectionError):
        handler({}, ports=lambda: world)
    world.executions.since = poll  # type: ignore[method-assign]
    handler({}, ports=lambda: world)

    assert [customer_id for customer_id, *_ in world.announcer.digests] == ["globex", "acme"]
