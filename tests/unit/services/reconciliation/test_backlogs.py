"""What the sweep measures of the tenants' queues."""

from datetime import timedelta

import pytest

from functions.services.reconciliation.backlogs import measure_queues
from tests.builders import a_tenant_row
from tests.fakes import World

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return World(
        *(
            a_tenant_row(customerId=name, queueUrl=f"queue/{name}", deadLetterQueueUrl=f"dead/{name}", status=status)
            for name, status in (("acme", "ACTIVE"), ("umbrella", "PAUSED"), ("gone", "OFFBOARDED"))
        )
    )


def measured(world: World) -> dict[str, float]:
    world.metrics.measured.clear()
    measure_queues(world)
    return dict(world.metrics.measured)


def test_a_queue_that_nobody_empties_is_seen_by_the_second_sweep(world: World) -> None:
    world.queues.depths = {"queue/acme": 3}
    assert measured(world)["OldestMessage"] == 0

    world.clock.now += HOUR

    assert measured(world)["OldestMessage"] == 3600


def test_a_queue_that_was_empty_in_between_begins_anew(world: World) -> None:
    found = []
    for depth in (3, 0, 3, 3):
        world.queues.depths = {"queue/acme": depth}
        found.append(measured(world)["OldestMessage"])
        world.clock.now += HOUR

    assert found == [0, 0, 0, 3600]


def test_messages_of_a_paused_tenant_wait_on_purpose(world: World) -> None:
    world.queues.depths = {"queue/umbrella": 3, "queue/gone": 3}

    measured(world)
    world.clock.now += HOUR

    assert measured(world)["OldestMessage"] == 0


def test_dead_letters_are_counted_over_all_tenants(world: World) -> None:
    world.queues.depths = {"dead/acme": 2, "dead/umbrella": 3, "dead/gone": 4}

    assert measured(world)["DeadLetters"] == 5
