"""What deliveries add to WFM's month: the queue that is polled, and what each result takes."""

from typing import Final

from wfm.cost.counts import DELIVERIES_STACK, DELIVERY, STACK
from wfm.cost.prices import Price
from wfm.cost.uses import (
    DELIVERY_SECONDS,
    LAMBDA_SECONDS,
    RECEIVES_A_MINUTE,
    TABLE_KEY_MINUTES,
    Basis,
    Use,
    logs,
)
from wfm.cost.workload import DAYS_A_MONTH, MINUTES_A_MONTH, Workload
from wfm.model.tenants import DEFAULT_RETENTION_DAYS

IDLE: Final = "deliveries, idle"
OF_RUNS: Final = "deliveries"
MEMORY_GB: Final = 1.0  # of DeliverResult
ANNOUNCING_GB: Final = 0.5
SQS_REQUESTS: Final = 3  # of an order: sent, received, deleted
ORDER_KEY_USES: Final = 2  # of the queue, once for all orders of a day: one is sent, one is received
BUCKET_KEY_USES: Final = 2  # of a day: one writes the bucket's files, one reads AMC's


def month(workload: Workload) -> dict[str, list[Use]]:
    """What is used more where results are delivered, by who causes it."""
    return {IDLE: _idle(), OF_RUNS: _of_runs(workload) if workload.runs else []}


def _idle() -> list[Use]:
    empty = DELIVERIES_STACK.polled_queues * RECEIVES_A_MINUTE * MINUTES_A_MONTH
    return [
        Use(Price.ALARMS, "alarms", DELIVERIES_STACK.alarms, Basis.COUNTED),
        Use(Price.METRICS, "a metric that DeliverResult writes", DELIVERIES_STACK.metrics, Basis.COUNTED),
        Use(Price.SQS_STANDARD_REQUESTS, "empty receives of the queue of orders", empty, Basis.ASSUMED),
    ]


def _of_runs(workload: Workload) -> list[Use]:
    one, runs = DELIVERY, workload.runs
    seconds = runs * (DELIVERY_SECONDS * MEMORY_GB + (one.lambdas - 1) * LAMBDA_SECONDS * ANNOUNCING_GB)
    kept = one.stored_bytes * runs / DAYS_A_MONTH * DEFAULT_RETENTION_DAYS / 1e9
    days = min(runs, DAYS_A_MONTH) * (ORDER_KEY_USES + BUCKET_KEY_USES)
    keys = min(runs, MINUTES_A_MONTH / TABLE_KEY_MINUTES) * one.key_uses + days + runs * one.publishes
    return [
        Use(Price.SQS_STANDARD_REQUESTS, "orders", SQS_REQUESTS * runs, Basis.COUNTED),
        Use(Price.LAMBDA_REQUESTS, "DeliverResult, AnnounceExecution", one.lambdas * runs, Basis.MEASURED),
        Use(Price.LAMBDA_ARM_GB_SECONDS, "DeliverResult, AnnounceExecution", seconds, Basis.ASSUMED),
        Use(Price.S3_WRITE_REQUESTS, "files", one.s3_writes * runs, Basis.MEASURED),
        Use(Price.S3_REQUESTS, "results and files that are read", one.s3_reads * runs, Basis.MEASURED),
        Use(Price.GLUE_REQUESTS, "tables", one.glue * runs, Basis.MEASURED),
        Use(Price.DYNAMODB_READ_UNITS, "orders and rows of runs", one.read_units * runs, Basis.MEASURED),
        Use(Price.DYNAMODB_WRITE_UNITS, "rows of runs", one.write_units * runs, Basis.MEASURED),
        Use(Price.DYNAMODB_STORED_GB, f"rows of {DEFAULT_RETENTION_DAYS} days", kept, Basis.MEASURED),
        Use(Price.DYNAMODB_BACKUP_GB, f"rows of {DEFAULT_RETENTION_DAYS} days", kept, Basis.MEASURED),
        Use(Price.EVENTBRIDGE_EVENTS, "Result Delivered", one.events * runs, Basis.MEASURED),
        Use(Price.SNS_REQUESTS, "Result Delivered", one.publishes * runs, Basis.MEASURED),
        Use(Price.KMS_REQUESTS, "keys of tables, orders, files and the topic", keys, Basis.ASSUMED),
        *logs("DeliverResult", runs * one.log_bytes),
        Use(Price.XRAY_TRACES, "results", runs * STACK.trace_percent / 100, Basis.COUNTED),
    ]
