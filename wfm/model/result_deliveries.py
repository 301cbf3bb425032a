"""The delivery of a run's result: what is to be delivered, where it goes, and how it came out.

AMC publishes into the tenant's bucket (publishing); WFM delivers, as Parquet, into one bucket for all tenants.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, NamedTuple
from urllib.parse import quote

from wfm.errors import Problem
from wfm.model.csv_rows import CsvFormat
from wfm.model.fingerprints import canonical
from wfm.model.labels import Labels
from wfm.model.result_columns import ResultColumn, column_problems
from wfm.model.rows import Document, plain_object

_TIME: Final = "%Y%m%dT%H%M%S"
_SET_CHARS: Final = 8  # of a digest: of the thousand sets that a backfill takes two are alike once in ten thousand


class SchemaChange(StrEnum):
    """What a result does whose columns have other types than those of its workflow that were delivered before."""

    REFUSE = "refuse"
    VERSION = "version"  # goes to a table and a folder of its own


class DeliveryOutcome(StrEnum):
    """How a delivery came out."""

    DELIVERED = "DELIVERED"
    SUPERSEDED = "SUPERSEDED"  # a newer run's result is there
    REFUSED = "REFUSED"  # it can never be delivered; the reason says what would have to be other
    NOT_THERE = "NOT_THERE"  # AMC has no file of it yet


class ResultWindow(NamedTuple):
    """What a run read, to the second, by the clock of the window's own time zone (it says UTC and means that clock)."""

    start: datetime
    end: datetime


class PublishedFile(NamedTuple):
    """The first part of a result that AMC has published into a tenant's bucket."""

    bucket: str
    key: str


@dataclass(frozen=True)
class DeliveryRules:
    """What a workflow's `delivery` says."""

    on_schema_change: SchemaChange = SchemaChange.REFUSE


@dataclass(frozen=True)
class DeliveryOrder:
    """The result of one run, to be delivered.

    `parameter_set` tells apart runs of one window ("" for a run that asked for no values of its own). Without `columns`
    all values are text. `published` is None where the result is read by AMC's links alone. `discriminator` is the
    column of which AMC says by true that it removed a row's metrics.
    """

    customer_id: str
    workflow_id: str
    run_id: str
    created_at: datetime
    window: ResultWindow | None
    parameter_set: str = ""
    columns: tuple[ResultColumn, ...] = ()
    labels: Labels = field(default_factory=dict)
    rules: DeliveryRules = DeliveryRules()
    format: CsvFormat = field(default_factory=CsvFormat)
    discriminator: str = ""
    published: PublishedFile | None = None

    def problems(self) -> Iterator[Problem]:
        """Why it can never be delivered, as far as that shows before the file is read."""
        if self.window is None:
            allowed = "a run with a start and an end; timeWindowName instead of one of AMC's own windows"
            yield Problem("timeWindowStart", f"AMC does not say which window run {self.run_id} read", allowed)
        yield from self.format.problems()
        yield from column_problems(self.columns)


@dataclass(frozen=True)
class Delivered:
    """How a delivery came out. `location` (an `s3://` address), `table` and `schema` are set for a file that is there.

    `schema` has each column as Athena does: `cost decimal(38,17)`. `suppressed_rows` are those of which AMC removed all
    metrics.
    """

    outcome: DeliveryOutcome
    reason: str = ""
    location: str = ""
    table: str = ""
    rows: int = 0
    bytes: int = 0
    suppressed_rows: int = 0
    schema: Sequence[str] = ()

    @property
    def is_empty(self) -> bool:
        """Whether a result without rows was delivered."""
        return self.outcome == DeliveryOutcome.DELIVERED and not self.rows


def parameter_set(asked: Document) -> str:
    """What tells the values apart that a request asked for, as it wrote them; "" if it asked for none."""
    given = canonical(plain_object(asked))
    if not given:
        return ""
    text = json.dumps(given, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:_SET_CHARS]


def tenant_folder(customer_id: str) -> str:
    """The value of `tenant=` in a path, and so of the column of that name."""
    return quote(customer_id, safe="")


def workflow_folder(workflow_id: str, version: int = 1) -> str:
    """The value of `workflow=` in a path. No id of AMC's has an @, so that a version is no other workflow."""
    return quote(workflow_id, safe="") + (f"@v{version}" if version > 1 else "")


def file_key(order: DeliveryOrder, version: int = 1) -> str:
    """The key of the file: the same for all runs that one another's result replaces.

    ValueError without a window.
    """
    if order.window is None:
        raise ValueError(f"run {order.run_id} has no window")
    start, end = order.window
    name = "-".join(filter(None, (f"{start.strftime(_TIME)}_{end.strftime(_TIME)}", order.parameter_set)))
    tenant, folder = tenant_folder(order.customer_id), workflow_folder(order.workflow_id, version)
    return f"tenant={tenant}/workflow={folder}/window_start={start:%Y-%m-%d}/{name}.parquet"
