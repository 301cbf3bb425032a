"""What is used in a month, of which a price exists, and how its number is known."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from wfm.cost.prices import Price
from wfm.cost.workload import DAYS_A_MONTH


class Basis(StrEnum):
    """`MEASURED` by the real handlers, `COUNTED` in definitions or the template, `ASSUMED`: docs/cost.md says why."""

    MEASURED = "measured"
    COUNTED = "counted"
    ASSUMED = "assumed"


@dataclass(frozen=True)
class Use:
    """`number` units of a price in a month, for `what`."""

    price: Price
    what: str
    number: float
    basis: Basis


# What only AWS shows. docs/cost.md says where each comes from.
LAMBDA_SECONDS: Final = 0.3  # of an invocation, cold starts shared out
DELIVERY_SECONDS: Final = 3  # of DeliverResult, for a result of some megabytes, cold starts shared out
RECEIVES_A_MINUTE: Final = 5 * 3  # of a queue that Lambda polls: five at a time, of 20 seconds each
LOG_LINE_BYTES: Final = 26  # what CloudWatch adds to each line
PLATFORM_LOG_BYTES: Final = 82 + 51 + 197 + 3 * LOG_LINE_BYTES  # START, END and REPORT; WFM keeps those of failures
EVENT_LOG_BYTES: Final = 400  # of an event of an execution, where all of them are logged
LOG_RETENTION_DAYS: Final = 90
EXPRESS_GB: Final = 64 / 1024  # the least that is billed
TABLE_KEY_MINUTES: Final = 5  # a table's key stays with DynamoDB for so long, for each who calls


def lambdas(what: str, number: float, gigabytes: float, price: Price, basis: Basis = Basis.MEASURED) -> list[Use]:
    """So many invocations: their number, and their assumed time."""
    seconds = number * LAMBDA_SECONDS * gigabytes
    return [Use(Price.LAMBDA_REQUESTS, what, number, basis), Use(price, what, seconds, Basis.ASSUMED)]


def logs(what: str, size: float) -> list[Use]:
    """So many bytes of log lines: taken in, and kept."""
    gigabytes = size / 1e9
    kept = gigabytes * LOG_RETENTION_DAYS / DAYS_A_MONTH
    return [
        Use(Price.LOGS_INGESTED_GB, what, gigabytes, Basis.ASSUMED),
        Use(Price.LOGS_STORED_GB, what, kept, Basis.ASSUMED),
    ]
