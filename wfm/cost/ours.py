"""WFM's own month: what the deployment uses by itself, its tenants by being there, and runs."""

from typing import Final

from wfm.cost import delivered
from wfm.cost.counts import IDLE, STACK, TICK, TRANSITIONS, run_counts
from wfm.cost.prices import Price
from wfm.cost.uses import (
    EXPRESS_GB,
    LAMBDA_SECONDS,
    RECEIVES_A_MINUTE,
    TABLE_KEY_MINUTES,
    Basis,
    Use,
    lambdas,
    logs,
)
from wfm.cost.workload import DAYS_A_MONTH, HOURS_A_MONTH, MINUTES_A_MONTH, Workload
from wfm.model.tenants import DEFAULT_RETENTION_DAYS

MEMORY_GB: Final = 0.5
SWEEPS_A_DAY: Final = 96  # Reconcile, each quarter of an hour
SWEEP_READ_UNITS: Final = 1  # of each tenant: two queries of half a unit
SWEEP_SQS_REQUESTS: Final = 2  # of each tenant: the depth of two queues
OTHER_SWEEPS_A_DAY: Final = 25  # CatchUpSchedules each hour, SendDigests once
WAKE_UP_SECONDS: Final = 1 + 2 * LAMBDA_SECONDS  # of the execution that a result starts: a wait, and two Lambdas
SQS_REQUESTS: Final = 3  # of a request's message: sent, received, deleted
MESSAGE_KEY_USES: Final = 2  # of a tenant's queue, once for all messages of a day: one is sent, one is received
TOPIC_KEY_USES: Final = 1  # of a run: the message to the topic
S3_REQUESTS: Final = 2  # of an onboarding: the bucket's region and its notifications
EMPTY_RECEIVES: Final = "empty receives of a queue each"
KEY_WINDOWS: Final = MINUTES_A_MONTH / TABLE_KEY_MINUTES


def month(workload: Workload) -> dict[str, list[Use]]:
    """All that is used, by who causes it."""
    return {
        "the deployment": _deployment(),
        "tenants, idle": _tenants(workload),
        "runs": _runs(workload) if workload.runs else [],
        **(delivered.month(workload) if workload.delivered else {}),
    }


def _deployment() -> list[Use]:
    ticks, sweeps = MINUTES_A_MONTH, (SWEEPS_A_DAY + OTHER_SWEEPS_A_DAY) * DAYS_A_MONTH
    empty = STACK.polled_queues * RECEIVES_A_MINUTE * MINUTES_A_MONTH
    return [
        Use(Price.ALARMS, "alarms", STACK.alarms, Basis.COUNTED),
        Use(Price.METRICS, "metrics that the Lambdas write", STACK.metrics, Basis.COUNTED),
        Use(Price.DASHBOARDS, "the dashboard", STACK.dashboards, Basis.COUNTED),
        Use(Price.KMS_KEYS, "the key, until its first rotation", STACK.keys, Basis.COUNTED),
        Use(Price.KMS_REQUESTS, "the key of a table at the ticks", KEY_WINDOWS, Basis.ASSUMED),
        Use(Price.SECRETS, "the credentials", STACK.secrets, Basis.COUNTED),
        Use(Price.SECRET_REQUESTS, "an access token an hour", HOURS_A_MONTH, Basis.ASSUMED),
        Use(Price.SCHEDULER_INVOCATIONS, "the tick and the sweeps", ticks + sweeps, Basis.COUNTED),
        Use(Price.EXPRESS_REQUESTS, "the tick", ticks, Basis.COUNTED),
        Use(Price.EXPRESS_GB_SECONDS, "the tick", ticks * LAMBDA_SECONDS * EXPRESS_GB, Basis.ASSUMED),
        *lambdas("the tick and the sweeps", ticks + sweeps, MEMORY_GB, Price.LAMBDA_ARM_GB_SECONDS, Basis.COUNTED),
        Use(Price.DYNAMODB_READ_UNITS, "the tick", ticks * TICK.read_units, Basis.MEASURED),
        Use(Price.DYNAMODB_STREAM_READS, "five streams, by Lambda", 0, Basis.COUNTED),
        Use(Price.SQS_STANDARD_REQUESTS, "empty receives of four queues", empty, Basis.ASSUMED),
        *logs("the tick", ticks * TICK.log_bytes),
        Use(Price.XRAY_TRACES, "ticks", ticks * STACK.trace_percent / 100, Basis.COUNTED),
    ]


def _tenants(workload: Workload) -> list[Use]:
    (day,) = [each for each in IDLE if each.watched == workload.watched]
    days = workload.tenants * DAYS_A_MONTH
    polls = day.polls * days
    sweeps = SWEEPS_A_DAY * days
    empty = workload.tenants * RECEIVES_A_MINUTE * MINUTES_A_MONTH
    keys = min(polls, KEY_WINDOWS) * day.key_uses
    return [
        Use(Price.SQS_FIFO_REQUESTS, EMPTY_RECEIVES, empty, Basis.ASSUMED),
        Use(Price.SQS_FIFO_REQUESTS, "depths of two queues each", sweeps * SWEEP_SQS_REQUESTS, Basis.COUNTED),
        *lambdas("polls", polls, MEMORY_GB, Price.LAMBDA_ARM_GB_SECONDS),
        Use(Price.EXPRESS_GB_SECONDS, "polls", polls * LAMBDA_SECONDS * EXPRESS_GB, Basis.ASSUMED),
        Use(Price.DYNAMODB_READ_UNITS, "polls", day.read_units * days, Basis.MEASURED),
        Use(Price.DYNAMODB_READ_UNITS, "sweeps", sweeps * SWEEP_READ_UNITS, Basis.COUNTED),
        Use(Price.DYNAMODB_WRITE_UNITS, "polls", day.write_units * days, Basis.MEASURED),
        Use(Price.KMS_REQUESTS, "keys of tables at polls", keys, Basis.ASSUMED),
        Use(Price.S3_REQUESTS, "the bucket, when a tenant is onboarded", S3_REQUESTS * workload.tenants, Basis.COUNTED),
    ]


def _runs(workload: Workload) -> list[Use]:
    one, runs = run_counts(workload.minutes, workload.watched), workload.runs
    wake_ups = runs if workload.watched else 0
    express = one.polls * runs * LAMBDA_SECONDS + wake_ups * WAKE_UP_SECONDS
    kept = one.stored_bytes * runs / DAYS_A_MONTH * DEFAULT_RETENTION_DAYS / 1e9
    messages = min(runs, workload.tenants * DAYS_A_MONTH) * MESSAGE_KEY_USES
    keys = min(runs, KEY_WINDOWS) * one.key_uses + messages + runs * TOPIC_KEY_USES
    return [
        Use(Price.STANDARD_TRANSITIONS, "execution_lifecycle", TRANSITIONS * runs, Basis.COUNTED),
        Use(Price.EXPRESS_REQUESTS, "results that land", wake_ups, Basis.COUNTED),
        Use(Price.EXPRESS_GB_SECONDS, "polls", express * EXPRESS_GB, Basis.ASSUMED),
        *lambdas("runs and their polls", one.lambdas * runs + wake_ups, MEMORY_GB, Price.LAMBDA_ARM_GB_SECONDS),
        Use(Price.DYNAMODB_READ_UNITS, "runs and their polls", one.read_units * runs, Basis.MEASURED),
        Use(Price.DYNAMODB_WRITE_UNITS, "runs and their polls", one.write_units * runs, Basis.MEASURED),
        Use(Price.DYNAMODB_STORED_GB, f"rows of {DEFAULT_RETENTION_DAYS} days", kept, Basis.MEASURED),
        Use(Price.DYNAMODB_BACKUP_GB, f"rows of {DEFAULT_RETENTION_DAYS} days", kept, Basis.MEASURED),
        Use(Price.SQS_FIFO_REQUESTS, "messages", SQS_REQUESTS * runs, Basis.COUNTED),
        Use(Price.SCHEDULER_INVOCATIONS, "schedules", runs, Basis.COUNTED),
        Use(Price.EVENTBRIDGE_EVENTS, "changes of status", one.events * runs, Basis.MEASURED),
        Use(Price.SNS_REQUESTS, "changes of status", one.publishes * runs, Basis.MEASURED),
        Use(Price.KMS_REQUESTS, "keys of tables, messages and the topic", keys, Basis.ASSUMED),
        *logs("runs and their polls", runs * one.log_bytes + wake_ups * TICK.log_bytes),
        Use(Price.XRAY_TRACES, "runs and results", (runs + wake_ups) * STACK.trace_percent / 100, Basis.COUNTED),
    ]
