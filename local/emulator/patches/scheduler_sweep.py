"""Schedules, and rules with a schedule, fire within a second of their time.

AWS: EventBridge Scheduler fires within the minute; usually within a second or so.
The package: looks for due schedules every 10 seconds.
"""

from local.emulator.patches.rewrite import module, replace_constant


def apply() -> None:
    replace_constant(module("services.scheduler"), "_SCHEDULE_TICK_INTERVAL", 10, 1)
    replace_constant(module("services.eventbridge"), "_SCHEDULER_TICK_INTERVAL", 10, 1)
