"""List prices: those of the table beside this module, some or all replaced by a user's file of the same form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Final, TypeGuard

from wfm.errors import Problem, UsageError, kind_of
from wfm.model import json_text

TABLE: Final = Path(__file__).with_name("prices.json")
_FORM: Final = '{"region": "...", "date": "...", "prices": {"lambda-requests": {"dollars": 0.2, "per": 1000000}}}'
_FIELDS: Final = ("region", "date", "prices")
_TEXTS: Final = ("unit", "source", "lookedUp")


class Price(StrEnum):
    """The names of the prices; the table has each of them."""

    STANDARD_TRANSITIONS = "standard-transitions"
    EXPRESS_REQUESTS = "express-requests"
    EXPRESS_GB_SECONDS = "express-gb-seconds"
    LAMBDA_REQUESTS = "lambda-requests"
    LAMBDA_ARM_GB_SECONDS = "lambda-arm-gb-seconds"
    LAMBDA_X86_GB_SECONDS = "lambda-x86-gb-seconds"
    DYNAMODB_READ_UNITS = "dynamodb-read-units"
    DYNAMODB_WRITE_UNITS = "dynamodb-write-units"
    DYNAMODB_STORED_GB = "dynamodb-stored-gb"
    DYNAMODB_BACKUP_GB = "dynamodb-backup-gb"
    DYNAMODB_STREAM_READS = "dynamodb-stream-reads"
    SQS_FIFO_REQUESTS = "sqs-fifo-requests"
    SQS_STANDARD_REQUESTS = "sqs-standard-requests"
    EVENTBRIDGE_EVENTS = "eventbridge-events"
    SCHEDULER_INVOCATIONS = "scheduler-invocations"
    SNS_REQUESTS = "sns-requests"
    KMS_KEYS = "kms-keys"
    KMS_REQUESTS = "kms-requests"
    LOGS_INGESTED_GB = "logs-ingested-gb"
    LOGS_STORED_GB = "logs-stored-gb"
    METRICS = "metrics"
    METRIC_REQUESTS = "metric-requests"
    ALARMS = "alarms"
    DASHBOARDS = "dashboards"
    XRAY_TRACES = "xray-traces"
    S3_REQUESTS = "s3-requests"
    S3_WRITE_REQUESTS = "s3-write-requests"
    GLUE_REQUESTS = "glue-requests"
    SECRETS = "secrets"
    SECRET_REQUESTS = "secret-requests"  # noqa: S105 (the name of a price)


@dataclass(frozen=True)
class ListPrice:
    """`dollars` for `per` of a unit. `looked_up`: on AWS's page, as others quote it, or not at all ("no")."""

    dollars: float
    per: float
    unit: str = ""
    source: str = ""
    looked_up: str = "no"

    def of(self, number: float) -> float:
        """What so many cost."""
        return self.dollars * number / self.per


@dataclass(frozen=True)
class PriceTable:
    """Every price, of one region at one date. `replaced` are those that a user's file brought."""

    region: str
    date: str
    prices: Mapping[Price, ListPrice]
    replaced: tuple[Price, ...] = ()

    def with_file(self, document: Mapping[str, object]) -> "PriceTable":
        """These prices, save those that the document has; UsageError names each thing in it that is wrong."""
        found, problems = _read(document)
        if problems:
            raise UsageError(" | ".join(f"--region-prices: {problem}" for problem in problems))
        kept = {
            name: replace(given, unit=given.unit or self.prices[name].unit, source=given.source or "your file")
            for name, given in found.items()
        }
        region, date = str(document["region"]), str(document["date"])
        return PriceTable(region, date, {**self.prices, **kept}, tuple(kept))


@cache
def listed() -> PriceTable:
    """AWS's list prices."""
    document = json_text.read(TABLE.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise TypeError(f"{TABLE.name} holds no object")
    found, problems = _read(document)
    if problems or set(found) != set(Price):
        raise ValueError(f"{TABLE.name}: {problems or set(Price) - set(found)}")
    return PriceTable(str(document["region"]), str(document["date"]), found)


def _read(document: Mapping[str, object]) -> tuple[dict[Price, ListPrice], list[Problem]]:
    problems = [
        Problem(name, "it is no field of a price table", ", ".join(_FIELDS)) for name in document if name not in _FIELDS
    ]
    problems += [
        Problem(name, f"{kind_of(document.get(name))} is no {name}", "a text: prices are those of a place and a day")
        for name in ("region", "date")
        if not isinstance(document.get(name), str) or not str(document[name]).strip()
    ]
    prices = document.get("prices")
    if not isinstance(prices, Mapping) or not prices:
        return {}, [*problems, Problem("prices", f"{kind_of(prices)} holds no prices", _FORM)]
    found = dict[Price, ListPrice]()
    for name, given in prices.items():
        if name not in set(Price):
            near = get_close_matches(str(name), list(Price), n=1, cutoff=0.6)
            problems.append(Problem(f"prices.{name}", "no price has that name", near[0] if near else ", ".join(Price)))
            continue
        wrong = list(_wrong(name, given))
        problems += wrong
        if not wrong:
            found[Price(name)] = _price(given)
    return found, problems


def _wrong(name: str, given: object) -> list[Problem]:
    if not isinstance(given, Mapping):
        return [Problem(f"prices.{name}", f"{kind_of(given)} is no price", '{"dollars": 0.2, "per": 1000000}')]
    unknown = [
        Problem(f"prices.{name}.{field}", "it is no field of a price", ", ".join(("dollars", "per", *_TEXTS)))
        for field in given
        if field not in ("dollars", "per", *_TEXTS)
    ]
    dollars, per = given.get("dollars"), given.get("per")
    if not _is_number(dollars) or not 0 <= dollars <= 1_000_000:
        unknown.append(Problem(f"prices.{name}.dollars", f"{dollars!r:.40} is no price", "a number, 0 to 1,000,000"))
    if not _is_number(per) or not 1 <= per <= 1e12:
        unknown.append(Problem(f"prices.{name}.per", f"{per!r:.40} is no number of units", "1 to 1,000,000,000,000"))
    return unknown


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _price(given: Mapping[str, object]) -> ListPrice:
    dollars, per = given["dollars"], given["per"]
    if not _is_number(dollars) or not _is_number(per):
        raise TypeError("checked before")
    unit, source, looked_up = (str(given.get(name, "")) for name in _TEXTS)
    return ListPrice(float(dollars), float(per), unit, source, looked_up or "no")
