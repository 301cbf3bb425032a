"""Pausing and resuming tenants and schedules."""

from collections.abc import Callable
from typing import Final

from wfm.client.wfm import Wfm
from wfm.console.action import Action, Done, Preview
from wfm.console.given import Given, address

HELD: Final = "Nothing more is started until it is resumed. What runs in AMC continues, what is asked for waits."
GOES_ON: Final = "What has waited starts, the most urgent first."
QUIET: Final = "It does not fire until it is resumed. Runs that it has started continue."
FIRES: Final = "It fires at its next time; what it missed is caught up with as its catchUp says."


def _of_tenant(button: str, effect: str) -> Callable[[Wfm, Given], Preview]:
    def preview(wfm: Wfm, given: Given) -> Preview:
        tenant = wfm.tenants.get(given.needed("tenant"))
        sentences = [f"{tenant.customer_id} is {tenant.status}{': ' if tenant.why else ''}{tenant.why}.", effect]
        return Preview(sentences, button, {"tenant": tenant.customer_id})

    return preview


def _of_schedule(button: str, effect: str) -> Callable[[Wfm, Given], Preview]:
    def preview(wfm: Wfm, given: Given) -> Preview:
        found = wfm.schedules.get(given.needed("tenant"), given.needed("name"))
        state = f"The schedule {found.name} of {found.customer_id} is {found.state}."
        return Preview([state, effect], button, {"tenant": found.customer_id, "name": found.name})

    return preview


def pause_tenant(wfm: Wfm, given: Given, who: str) -> Done:
    """Pause it."""
    customer = given.needed("tenant")
    wfm.tenants.pause(customer, by=who)
    return Done(f"{customer} is being paused.", address("/tenant", tenant=customer))


def resume_tenant(wfm: Wfm, given: Given, who: str) -> Done:
    """Resume it."""
    customer = given.needed("tenant")
    wfm.tenants.resume(customer, by=who)
    return Done(f"{customer} is being resumed.", address("/tenant", tenant=customer))


def pause_schedule(wfm: Wfm, given: Given, who: str) -> Done:
    """Pause it."""
    found = wfm.schedules.pause(given.needed("tenant"), given.needed("name"), by=who)
    return Done(f"The schedule {found.name} is {found.state}.", address("/tenant", tenant=found.customer_id))


def resume_schedule(wfm: Wfm, given: Given, who: str) -> Done:
    """Resume it."""
    found = wfm.schedules.resume(given.needed("tenant"), given.needed("name"), by=who)
    return Done(f"The schedule {found.name} is {found.state}.", address("/tenant", tenant=found.customer_id))


PAUSE_TENANT: Final = Action("/tenant/pause", "Pause a tenant", _of_tenant("Pause it", HELD), pause_tenant)
RESUME_TENANT: Final = Action("/tenant/resume", "Resume a tenant", _of_tenant("Resume it", GOES_ON), resume_tenant)
PAUSE_SCHEDULE: Final = Action("/schedule/pause", "Pause a schedule", _of_schedule("Pause it", QUIET), pause_schedule)
RESUME_SCHEDULE: Final = Action(
    "/schedule/resume", "Resume a schedule", _of_schedule("Resume it", FIRES), resume_schedule
)
