"""Fixtures of the simulator's tests."""

import pytest

from tests.local.amc_simulator.builders import World


@pytest.fixture
def amc() -> World:
    """A simulator in this process, its clock standing at noon."""
    return World()
