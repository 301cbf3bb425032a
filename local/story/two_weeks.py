"""Fourteen days in a moment: AMC's clock runs ahead, and what WFM has to do by then is due now.

Of WFM's own rows only times are moved; what is done when they have come is done by WFM.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from local.story.cast import CLIENTS
from local.story.chain import WEEKLY
from local.story.library import REFRESH
from local.story.moved_times import move
from local.story.world import LOOK_AT_ALL_SECONDS, World, wait_for
from wfm.calendar.timestamps import iso
from wfm.client.stack_names import StackOutput
from wfm.model.refreshes import Refreshes

DAYS: Final = timedelta(days=14)
SECONDS: Final = 2.0  # of ours, for AMC's two weeks
AN_HOUR: Final = timedelta(hours=1)


def pass_in_amc(world: World) -> None:
    """What AMC is asked from then on it is asked two weeks later, by its own clock."""
    simulator = world.runtime.simulator()
    usual = simulator.configuration().clock_factor
    simulator.configure(clock_factor=DAYS.total_seconds() / SECONDS)
    time.sleep(SECONDS)
    simulator.configure(clock_factor=usual)


def sweep_after_end(world: World) -> None:
    """WFM's sweep looks at what ended a quarter of an hour ago, and plans when each week is read again."""
    _sweep_until(world, {"openSince": _an_hour_ago()}, bool)


def sweep_after_two_weeks(world: World) -> None:
    """It looks again, and sends what is due."""
    then = _an_hour_ago()
    moved = {"openSince": then, "refreshDue": then, f"refreshes.{REFRESH}.dueAt": then}
    _sweep_until(world, moved, lambda found: any(one.request_id for one in found))


def _sweep_until(world: World, moved: Mapping[str, str], is_done: Callable[[Refreshes], bool]) -> None:
    for client in CLIENTS:
        key = {"customerId": client.customer_id, "requestId": WEEKLY}
        move(world, StackOutput.EXECUTION_REQUESTS_TABLE, key, moved)
    name = f"{world.runtime.stack}-Reconcile"

    def look() -> bool:
        world.runtime.emulator.client("lambda").invoke(FunctionName=name, Payload="{}")
        return all(is_done(world.wfm.runs.get(client.customer_id, WEEKLY).refreshes) for client in CLIENTS)

    wait_for(look, "the sweep has looked at every client's week", LOOK_AT_ALL_SECONDS)


def _an_hour_ago() -> str:
    return iso(datetime.now(UTC) - AN_HOUR)
