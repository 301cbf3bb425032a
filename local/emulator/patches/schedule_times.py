"""A schedule fires at its own times, each once, in its time zone, and says in its input which time it is.

AWS: `ScheduleExpressionTimezone` counts, for `at` too; a time that the clocks skip is left out, one that they repeat
fires once; a schedule that was off, or is made or changed, fires from then on; `<aws.scheduler.scheduled-time>` and
the other context attributes in the input are replaced (user guide, "Adding context attributes", "Schedule types").
The package: reads every expression in UTC, keeps the attributes as they are, and makes up for a time that passed while
a schedule was off or had another expression; an `at` that was changed after it has fired never fires again.
"""

# ruff: noqa: SLF001

import copy
import uuid
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from local.emulator.patches.rewrite import module, replace_source
from local.emulator.patches.schedules import scaled_interval

Schedule = MutableMapping[str, Any]
LONGEST_GAP = 1000  # candidates that the clocks skip or repeat, one after the other; a minute's schedule has 60

EXPRESSION = '            expr = sched.get("ScheduleExpression", "")\n'
BEGIN = "            _begin_anew(_schedule_last_fired, state_key, sched)\n"
AT = "            at_epoch = _at_time_epoch(expr)\n"
AT_IN_ZONE = "            at_epoch = scheduled = _in_zone(_at_time_epoch(expr), sched)\n"
ONCE = "                if now < at_epoch or state_key in _schedule_last_fired:\n"
ONCE_PER_TIME = "                if now < at_epoch or _schedule_last_fired.get(state_key, -1) >= at_epoch:\n"
RATE_WAITS = """\
                    if now - _schedule_last_fired[state_key] < interval:
                        continue
"""
RATE_TIME = RATE_WAITS + "                    scheduled = _schedule_last_fired[state_key] + interval\n"
CRON_LAST = """\
                    last_dt = datetime.fromtimestamp(_schedule_last_fired[state_key], tz=timezone.utc)
                    next_fire = _eb._cron_next_fire(fields, last_dt)
"""
CRON_IN_ZONE = """\
                    next_fire = _next_in_zone(fields, _schedule_last_fired[state_key], sched)
"""
CRON_WAITS = """\
                    if next_fire is None or now_dt < next_fire:
                        continue
"""
CRON_TIME = CRON_WAITS + "                    scheduled = next_fire.timestamp()\n"
FIRED = """\
            _schedule_last_fired[state_key] = now
            target = sched.get("Target") or {}
"""
FIRED_AT = """\
            _schedule_last_fired[state_key] = scheduled
            target = _with_context(sched, scheduled)
"""


def apply() -> None:
    replace_source(
        module("services.scheduler"),
        "_tick_schedules",
        (EXPRESSION, EXPRESSION + BEGIN),
        (AT, AT_IN_ZONE),
        (ONCE, ONCE_PER_TIME),
        (RATE_WAITS, RATE_TIME),
        (CRON_LAST, CRON_IN_ZONE),
        (CRON_WAITS, CRON_TIME),
        (FIRED, FIRED_AT),
        _begin_anew=begin_anew,
        _in_zone=in_zone,
        _next_in_zone=next_in_zone,
        _with_context=with_context,
    )


def begin_anew(fired: MutableMapping[Any, float], key: Any, schedule: Schedule) -> None:
    """Let fire what is due from now on: after the schedule was made or last changed, and after its start."""
    if schedule["ScheduleExpression"].startswith("at("):
        return
    start = module("services.scheduler")._to_epoch(schedule.get("StartDate"))
    begin = schedule["LastModificationDate"]
    if start is not None and start >= begin:
        interval = scaled_interval(module("services.eventbridge")._parse_rate_seconds(schedule["ScheduleExpression"]))
        begin = start - (interval or 1)
    fired[key] = max(fired.get(key, 0.0), begin)


def _zone(schedule: Schedule) -> ZoneInfo:
    return ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")


def in_zone(epoch: float | None, schedule: Schedule) -> float | None:
    """The moment at which the clocks of the schedule's zone show what those of UTC show at `epoch`."""
    if epoch is None:
        return None
    return datetime.fromtimestamp(epoch, UTC).replace(tzinfo=_zone(schedule)).timestamp()


def next_in_zone(fields: Any, last: float, schedule: Schedule) -> datetime | None:
    """The first time after `last` that the fields name on the clocks of the schedule's zone."""
    zone = _zone(schedule)
    shown: datetime | None = datetime.fromtimestamp(last, zone).replace(tzinfo=UTC, fold=0)
    for _ in range(LONGEST_GAP):
        shown = module("services.eventbridge")._cron_next_fire(fields, shown)
        if shown is None:
            return None
        moment = shown.replace(tzinfo=zone).astimezone(UTC)
        is_skipped = moment.astimezone(zone).replace(tzinfo=None) != shown.replace(tzinfo=None)
        if not is_skipped and moment.timestamp() > last:
            return moment
    return None


def with_context(schedule: Schedule, scheduled: float) -> dict[str, Any]:
    """The schedule's target, whose input names this firing."""
    target = copy.deepcopy(dict(schedule.get("Target") or {}))
    values = {
        "scheduled-time": f"{datetime.fromtimestamp(scheduled, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "schedule-arn": schedule["Arn"],
        "execution-id": uuid.uuid4().hex[:16],
        "attempt-number": "1",
    }
    for name, value in values.items():
        if "Input" in target:
            target["Input"] = target["Input"].replace(f"<aws.scheduler.{name}>", value)
    return target
