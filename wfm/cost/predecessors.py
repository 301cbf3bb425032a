"""The month of both designs before WFM, by the formulas of their source: nobody has measured them here.

The first ("v1") keeps its work in Lambdas that each minute and every ten minutes ask for each tenant. The third ("v3")
keeps a state machine for each run, which asks AMC every five minutes. Their Lambdas take as long as WFM's are assumed
to; neither's storage, alarms (they have none) nor notebooks are among it.
"""

from math import ceil
from typing import Final

from wfm.cost.prices import Price
from wfm.cost.uses import EVENT_LOG_BYTES, PLATFORM_LOG_BYTES, Basis, Use, lambdas, logs
from wfm.cost.workload import DAYS_A_MONTH, MINUTES_A_MONTH, Workload

V3_MINUTES_A_POLL: Final = 5
V3_MEMORY_GB: Final = 0.125  # CDK's default
V3_ROW_UNITS: Final = 4  # each put writes the whole state, with the SQL: as large as a request of 4 KB
V3_METRICS: Final = 13  # one for each Lambda
V3_EVENTS_OF_A_STATE: Final = 3  # of an execution's history, all of which are logged
KEYS: Final = 3  # of each design: tables, secret or queues, topic
V1_MEMORY_GB: Final = 2
V1_SYNCS_A_DAY: Final = 144
V1_TICKS_A_DAY: Final = 1_440
V1_HISTORY_DAYS: Final = 90  # it deletes nothing: read by every sync, so that it costs more with each month
V1_CHANGES_OF_A_RUN: Final = 3
V1_ROW_KB: Final = 1
_RRU_KB: Final = 8  # of an eventually consistent read


def third_month(workload: Workload) -> dict[str, list[Use]]:
    """v3: 13 transitions a run, and 3 for each five minutes of it."""
    polls = max(1, ceil(workload.minutes / V3_MINUTES_A_POLL))
    runs, transitions, functions = workload.runs, 13 + 3 * polls, 5 + polls
    calls = 2 + polls  # of Secrets Manager, by each Lambda that asks AMC
    log_bytes = functions * PLATFORM_LOG_BYTES + transitions * V3_EVENTS_OF_A_STATE * EVENT_LOG_BYTES
    return {
        "the deployment": [
            Use(Price.KMS_KEYS, "keys", KEYS, Basis.ASSUMED),
            Use(Price.METRICS, "metrics that the Lambdas write", V3_METRICS, Basis.ASSUMED),
            Use(Price.SECRETS, "the credentials", 1, Basis.COUNTED),
        ],
        "tenants, idle": [],
        "runs": [
            Use(Price.STANDARD_TRANSITIONS, "a machine for each run", transitions * runs, Basis.COUNTED),
            *lambdas(
                "runs and their polls", functions * runs, V3_MEMORY_GB, Price.LAMBDA_ARM_GB_SECONDS, Basis.COUNTED
            ),
            Use(Price.DYNAMODB_READ_UNITS, "the tenant's record", runs / 2, Basis.COUNTED),
            Use(
                Price.DYNAMODB_WRITE_UNITS, "the state, at each poll", (1 + polls) * V3_ROW_UNITS * runs, Basis.ASSUMED
            ),
            Use(Price.SECRET_REQUESTS, "the credentials, in each Lambda", calls * runs, Basis.COUNTED),
            Use(Price.KMS_REQUESTS, "the key of the secret", calls * runs, Basis.ASSUMED),
            Use(Price.METRIC_REQUESTS, "a call in each Lambda", (3 + polls) * runs, Basis.COUNTED),
            Use(Price.SNS_REQUESTS, "the end", runs, Basis.COUNTED),
            *logs("runs and their polls", log_bytes * runs),
        ],
    }


def first_month(workload: Workload) -> dict[str, list[Use]]:
    """v1: a Lambda for each tenant and minute, and one that compares all of its history every ten minutes."""
    tenants, runs = workload.tenants, workload.runs
    syncs, ticks = V1_SYNCS_A_DAY * DAYS_A_MONTH, MINUTES_A_MONTH
    history_units = workload.runs_a_day * V1_HISTORY_DAYS * V1_ROW_KB / _RRU_KB
    scans = (ticks + syncs) * tenants * V1_ROW_KB / _RRU_KB
    by_itself = (ticks + syncs) * (tenants + 1) + syncs * tenants / 5  # the last: a stream's batches of five
    of_runs = (1 + V1_CHANGES_OF_A_RUN) * runs
    return {
        "the deployment": [
            Use(Price.KMS_KEYS, "keys", KEYS, Basis.ASSUMED),
        ],
        "tenants, idle": [
            *lambdas("each minute, each ten", by_itself, V1_MEMORY_GB, Price.LAMBDA_X86_GB_SECONDS, Basis.COUNTED),
            Use(Price.DYNAMODB_READ_UNITS, "two queries a minute for slots", ticks * tenants, Basis.COUNTED),
            Use(Price.DYNAMODB_READ_UNITS, "scans of the configurations", scans, Basis.COUNTED),
            Use(Price.DYNAMODB_WRITE_UNITS, "when a tenant was synced", syncs * tenants, Basis.COUNTED),
            Use(Price.SQS_FIFO_REQUESTS, "a receive a minute", ticks * tenants, Basis.COUNTED),
            *logs("each minute, each ten", by_itself * PLATFORM_LOG_BYTES),
        ],
        "runs": [
            *lambdas("runs", of_runs, V1_MEMORY_GB, Price.LAMBDA_X86_GB_SECONDS, Basis.COUNTED),
            Use(Price.DYNAMODB_READ_UNITS, "the history, at each sync", history_units * syncs * tenants, Basis.ASSUMED),
            Use(Price.DYNAMODB_WRITE_UNITS, "changes of status", V1_CHANGES_OF_A_RUN * runs, Basis.ASSUMED),
            Use(Price.SQS_FIFO_REQUESTS, "messages sent and deleted", 2 * runs, Basis.COUNTED),
            *logs("runs", of_runs * PLATFORM_LOG_BYTES),
        ],
    }
