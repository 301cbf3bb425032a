"""People at a client who work in AMC itself: WFM did not start their runs, and they take its slots."""

from typing import Final

from local.story.cast import HURRIED
from local.story.world import World, wait_for

CUSTOMER: Final = HURRIED.customer_id
FOREIGN: Final = {"workflowId": "audience_overlap", "sqlQuery": "SELECT COUNT(user_id) AS people FROM dsp_clicks"}
LONG_MINUTES: Final = 1440  # of AMC's clock: until somebody ends it


def take_slots(world: World) -> None:
    """They start so many analyses that no slot is left."""
    tell, limit = world.narrator, HURRIED.tenant.limit
    tell.say(
        f"Then people at the client start {limit} long analyses in AMC itself, which takes all of the client's slots."
        " WFM did not start them, but sees them and counts them."
    )
    world.runtime.simulator().change_by_hand(HURRIED.tenant.instance_id, FOREIGN["workflowId"], FOREIGN)
    for _ in range(limit):
        tell.type(f"wfm local amc start {FOREIGN['workflowId']} --customer {CUSTOMER} --minutes {LONG_MINUTES}")
    world.wfm.aws.tracking.poll(CUSTOMER)
    wait_for(lambda: _foreign_in_rows(world) == limit, "WFM sees the runs that were started elsewhere")


def give_slots_back(world: World) -> None:
    """Their analyses end."""
    simulator = world.runtime.simulator()
    for run in simulator.executions():
        if run["origin"] == "external" and run["endedAt"] is None:
            simulator.finish(run["workflowExecutionId"])


def _foreign_in_rows(world: World) -> int:
    runs = world.wfm.runs.list(CUSTOMER)
    return sum(run.source == "external" and run.ended is None for run in runs)
