"""The days that are simulated: WFM as it is at four sizes, two changes, an AMC that throttles, one account."""

from dataclasses import dataclass
from typing import Final

from bench.growth.fleet import Fleet
from bench.growth.simulation import Simulation

SIZES: Final = (100, 1_000, 3_000, 10_000)
ACCOUNT_SIZES: Final = (10, 20, 30, 40, 50, 60)
RESERVED: Final = 100  # Lambdas for StartExecution, where it has a concurrency of its own
AMC_RATE: Final = 10.0  # calls a second of a client id, where AMC throttles: invented, as Amazon publishes none


@dataclass(frozen=True)
class Scenario:
    """A fleet, and what is not as by default; the name is its key in the stored figures."""

    name: str
    fleet: Fleet
    amc_rate: float | None = None
    client_ids: int = 1
    start_lambdas: int | None = None

    def run(self) -> Simulation:
        """The day of it."""
        return Simulation(self.fleet, self.amc_rate, self.client_ids, self.start_lambdas).go()


def as_it_is(tenants: int) -> Scenario:
    """WFM as it is, with AWS's default quotas, before an AMC that takes every call."""
    return Scenario(f"{tenants} tenants", Fleet(tenants))


def reserved(tenants: int) -> Scenario:
    """StartExecution has a concurrency of its own."""
    return Scenario(f"{tenants} tenants, reserved", Fleet(tenants), start_lambdas=RESERVED)


def spread(tenants: int) -> Scenario:
    """And schedules leave the minute to WFM."""
    return Scenario(f"{tenants} tenants, reserved, spread", Fleet(tenants, spread=True), start_lambdas=RESERVED)


def throttled(tenants: int, client_ids: int) -> Scenario:
    """AMC takes AMC_RATE calls a second of each client id."""
    name = f"{tenants} tenants, {client_ids} client ids, throttled"
    return Scenario(name, Fleet(tenants), AMC_RATE, client_ids, RESERVED)


def one_account(tenants: int) -> Scenario:
    """All tenants are of one AMC account."""
    return Scenario(f"an account of {tenants}", Fleet(tenants, accounts=(tenants,)))


SCENARIOS: Final = (
    *map(one_account, ACCOUNT_SIZES),
    *map(as_it_is, SIZES),
    reserved(1_000),
    spread(1_000),
    throttled(100, 1),
    throttled(1_000, 1),
)
