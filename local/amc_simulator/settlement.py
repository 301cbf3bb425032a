"""Numbers that settle: those of a window grow for two to four weeks after its end, as conversions come late.

[guide: conversions are attributed for 14 days, and tables by traffic time take them in for 30; how much: ours]

Time passes as the simulator's clock has it: with a clock factor of 60, a day in 24 minutes.
"""

import json
import zlib
from typing import Final

from local.amc_simulator.execution_request import window_of
from local.amc_simulator.runs import Run

FIRST_DAYS, LAST_DAYS = 14, 30  # after the window's end, by which each row has its last number
AT_ONCE: Final = 0.8  # of a number, when the window has just ended
_DAY: Final = 86400.0


def question(run: Run) -> str:
    """The same for runs that ask for the same: workflow, window and values. Of AMC's own windows each is its own."""
    if window_of(run.order.request) is None:
        return run.execution_id
    order = run.order
    asked = {name: value for name, value in order.request.items() if name.startswith(("timeWindow", "parameter"))}
    return json.dumps([order.instance_id, order.workflow_id, asked], sort_keys=True, default=str)


def settled_share(run: Run, row: int) -> float:
    """How much of its last number a row has in this run's result: from AT_ONCE to 1."""
    window = window_of(run.order.request)
    if window is None:
        return 1.0
    days = FIRST_DAYS + zlib.crc32(f"{question(run)}#{row}".encode()) % (LAST_DAYS - FIRST_DAYS + 1)
    age = max(run.asked_at - window.end, 0.0) / _DAY
    return min(AT_ONCE + (1 - AT_ONCE) * age / days, 1.0)
