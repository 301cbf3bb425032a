"""Which errors of AMC are a refusal of the tenant."""

import pytest

from functions.services.availability import open_circuit, refused_access_is_transient, reset
from tests.builders import a_tenant_row
from tests.fakes import World
from wfm.errors import AmcRefused, AmcUnavailable


def test_a_call_that_amc_refuses_to_the_tenant_did_not_arrive_and_is_worth_another_try() -> None:
    refusal = AmcRefused(403, "Unauthorized request.")

    with pytest.raises(AmcUnavailable, match="Unauthorized request") as met, refused_access_is_transient():
        raise refusal

    assert (met.value.sent, met.value.__cause__) == (False, refusal)


def test_a_call_that_amc_refuses_for_what_it_says_stays_refused() -> None:
    refusal = AmcRefused(400, "The SQL cannot be read.")

    with pytest.raises(AmcRefused) as met, refused_access_is_transient():
        raise refusal

    assert met.value is refusal


@pytest.mark.parametrize("posting", [True, False])
def test_proven_credentials_end_it_and_that_is_announced_at_once(posting: bool) -> None:
    world = World(a_tenant_row())
    open_circuit("acme", "Unauthorized request.", world, posting=posting)

    reset("acme", world)

    assert world.announcer.sent == [("acme", "DEGRADED"), ("acme", "ACTIVE")]
