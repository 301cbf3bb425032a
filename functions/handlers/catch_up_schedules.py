"""CatchUpSchedules: once an hour sends the requests that schedules with `catchUp` have missed."""

import random
from datetime import timedelta
from typing import Final, TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from functions.services.scheduling.catch_up import catch_up

TIME_BUDGET: Final = timedelta(minutes=8)  # of the Lambda's ten; no schedule begins after that


class CatchUpSchedulesOutput(TypedDict):
    """How many requests were `sent`, and how many schedules were `left` for the next hour."""

    sent: int
    left: int


@entry
def handler(_event: object, ports: Ports) -> CatchUpSchedulesOutput:
    """Handle the schedules in random order, so that none is always the last.

    A schedule that fails does not stop the others; its error is raised at the end.
    """
    ends, sent, failures = ports.clock() + TIME_BUDGET, 0, []
    schedules = ports.schedules.catching_up()
    random.shuffle(schedules)
    while schedules and ports.clock() < ends:
        customer_id, name = schedules.pop()
        try:
            sent += catch_up(customer_id, name, ports)
        except Exception as exc:  # noqa: BLE001 (raised below)
            with logger.append_context_keys(customerId=customer_id, schedule=name):
                logger.warning("not caught up", **log_fields(exc))
            failures.append(exc)
    if schedules:
        logger.warning("not all schedules were reached", left=len(schedules))
    if failures:
        raise failures[0]
    return {"sent": sent, "left": len(schedules)}
