"""CatchUpSchedules: what schedules that catch up have missed is sent now."""

import random
from datetime import timedelta
from typing import Final, TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from functions.services.scheduling.catch_up import catch_up

TIME_BUDGET: Final = timedelta(minutes=8)  # of the Lambda's ten; no schedule begins after that


class CatchUpSchedulesOutput(TypedDict):
    """How many requests were `sent`; `left` schedules were not reached in time, and have their chance in an hour."""

    sent: int
    left: int


@entry
def handler(_event: object, ports: Ports) -> CatchUpSchedulesOutput:
    """Each time in another order, so none is always the last.

    One schedule that fails keeps none of the others; it fails the whole at the end.
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
