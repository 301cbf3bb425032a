"""Outages that the checks of an acceptance are to see: a check that passes whatever happens proves nothing."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from acceptance.check import Check
from acceptance.checks.onboarding import first_tenant
from acceptance.world import CheckFailed, World
from local.amc_simulator.faults import Fault

PATIENCE: Final = 10.0  # seconds that a check waits for what will not come


@dataclass(frozen=True)
class Outage:
    """While it lasts, the check fails and says `told`."""

    begin: Callable[[World], AbstractContextManager[None]]
    told: str


@contextmanager
def _amc_refuses(world: World) -> Iterator[None]:
    refusal = Fault(method="POST", path="workflowExecutions$", instance_id=first_tenant(world).instance, status=400)
    (number,) = world.amc.add_faults(refusal)
    try:
        yield
    finally:
        world.amc.clear_faults(number)


@contextmanager
def _nobody_hears_of_stops(world: World) -> Iterator[None]:
    rule = {"Name": f"{world.name.text}-execution_lifecycle-stopped"}
    world.client("events").disable_rule(**rule)
    try:
        yield
    finally:
        world.client("events").enable_rule(**rule)


def _broken(function: str) -> Callable[[World], AbstractContextManager[None]]:
    """The Lambda cannot start."""

    @contextmanager
    def begin(world: World) -> Iterator[None]:
        client: Any = world.client("lambda")
        name = f"{world.name.text}-{function}"
        handler = client.get_function_configuration(FunctionName=name)["Handler"]
        _set_handler(client, name, "functions.handlers.nowhere.handler")
        try:
            yield
        finally:
            _set_handler(client, name, handler)

    return begin


def _set_handler(client: Any, name: str, handler: str) -> None:
    client.update_function_configuration(FunctionName=name, Handler=handler)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 0.05, "MaxAttempts": 100})


# Each leaves nothing behind that a later check would count.
OUTAGES: Final = {
    "run": Outage(_amc_refuses, "the request's status: ('REJECTED', "),
    "stop event": Outage(_nobody_hears_of_stops, "the event is in the queue of stopped executions: not within"),
    "schedule": Outage(_broken("ApplySchedule"), "is applied: not within"),
    "backfill": Outage(_amc_refuses, "its status: 'FAILED', but should be 'SUCCEEDED'"),
}


def after_an_outage(check: Check, seen: dict[str, str]) -> Check:
    """The check, which is run amid its outage first; what it says then is put into `seen`."""
    outage = OUTAGES.get(check.name)
    if outage is None:
        return check

    def run(world: World) -> str:
        patient = world.pace
        with outage.begin(world):
            world.pace = replace(patient, patience=PATIENCE) if "not within" in outage.told else patient
            try:
                seen[check.name] = f"passed: {check.run(world)}"
            except CheckFailed as exc:
                seen[check.name] = str(exc)
            finally:
                world.pace = patient
        return check.run(world)

    return replace(check, run=run)
