"""Schedules, and rules with a schedule, fire within a second of their time, and rates follow a faster clock.

AWS: EventBridge Scheduler fires within the minute; usually within a second or so.
The package: checks for due schedules every 10 seconds.
On top, WFM_EMULATOR_SCHEDULE_SCALE multiplies the interval of `rate(...)` schedules (not `cron` and `at`, which name
moments): at 0.1 `rate(1 minute)` fires every 6 seconds.
"""

import os

from local.emulator.patches.rewrite import module, replace_constant, replace_source
from local.emulator.settings import SCHEDULE_SCALE

INTERVAL = "interval = _eb._parse_rate_seconds(expr)\n"
SCALED_INTERVAL = "interval = _scaled_interval(_eb._parse_rate_seconds(expr))\n"


def apply() -> None:
    scheduler = module("services.scheduler")
    replace_constant(scheduler, "_SCHEDULE_TICK_INTERVAL", 10, 1)
    replace_constant(module("services.eventbridge"), "_SCHEDULER_TICK_INTERVAL", 10, 1)
    replace_source(scheduler, "_tick_schedules", (INTERVAL, SCALED_INTERVAL), _scaled_interval=scaled_interval)


def scaled_interval(seconds: float | None) -> float | None:
    """The interval of a rate, scaled; None, the package's answer, for an expression that is no rate."""
    return None if seconds is None else seconds * float(os.environ.get(SCHEDULE_SCALE, "1"))
