"""Fixtures of the simulator's tests."""

from collections.abc import Iterator

import pytest

from tests.local.amc_simulator.builders import World


@pytest.fixture
def amc() -> Iterator[World]:
    """A simulator in this process, its clock standing at noon."""
    world = World()
    with world.http:
        yield world
