"""TPS records from the predecessors' records of customers: those of one customer are read together."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Final

from wfm.client.migration.fields import TENANT_FIELDS, without_counterpart
from wfm.client.migration.old_rows import Kind, OldRow, Read
from wfm.errors import InvalidRecord
from wfm.model import json_schema
from wfm.model.onboarding import read_record
from wfm.model.rows import Document, object_in

IDS: Final = ("amcInstanceId", "amcAmazonAdsAdvertiserId", "amcAmazonAdsMarketplaceId")
_BUCKET: Final = "BucketName"
_BECOMES: Final = {field.name: field.becomes for field in TENANT_FIELDS if field.becomes}


@dataclass(slots=True)
class _Customer:
    """The record so far of one customer, and what contradicts it."""

    customer_id: str
    sources: list[str] = field(default_factory=list)
    record: dict[str, object] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    without: dict[str, str] = field(default_factory=dict)
    is_old: bool = False  # of the first predecessor, whose records know no instance

    def add(self, row: OldRow) -> None:
        """Take in another record. Empty fields say nothing."""
        self.sources += [] if row.source in self.sources else [row.source]
        self.is_old = self.is_old or "AMC" in row.document
        self.without |= without_counterpart(row.document, TENANT_FIELDS)
        for place, name in _BECOMES.items():
            value = _at(row.document, place)
            if value in (None, ""):
                continue
            known = self.record.setdefault(name, value)
            if known != value:
                self.problems.append(
                    f"{name}: is {known!r:.60} in one of its records and {value!r:.60} in {row.source}"
                )

    @property
    def lacking(self) -> list[str]:
        """The ids of the Ads API that no record of it has."""
        return [name for name in IDS if name not in self.record]


def read_tenants(rows: Sequence[OldRow]) -> list[Read]:
    """A record for each customer, by id.

    A customer of the first predecessor gets the ids of today's AMC from another record of the same customerId, or from
    one of a customer that only the other records know, which has its bucket: `wfm tenants discover` writes such.
    """
    ordered = sorted(rows, key=lambda row: row.customer_id)
    found = [_together(name, list(group)) for name, group in groupby(ordered, key=lambda row: row.customer_id)]
    nameless = [one for one in found if not one.customer_id]
    known = {one.customer_id: one for one in found if one.customer_id}
    for one in [one for one in known.values() if one.is_old and len(one.lacking) == len(IDS)]:
        _take_ids(one, known)
    return [_of_nobody(one) for one in nameless] + [_read(one) for one in known.values()]


def _together(customer_id: str, rows: Sequence[OldRow]) -> _Customer:
    customer = _Customer(customer_id)
    for row in rows:
        customer.add(row)
    return customer


def _take_ids(customer: _Customer, known: dict[str, _Customer]) -> None:
    """From the one other customer that has the same bucket; that is then the same customer."""
    bucket = customer.record.get(_BUCKET)
    same = [
        one
        for one in known.values()
        if bucket and one.record.get(_BUCKET) == bucket and not one.is_old and not one.lacking
    ]
    if len(same) == 1:
        other = known.pop(same[0].customer_id)
        customer.record |= {name: other.record[name] for name in (*IDS, "authId") if name in other.record}
        customer.sources += other.sources
        customer.notes.append(f"its instance is that of {other.customer_id} in {other.sources[0]}, by the bucket")


def _read(customer: _Customer) -> Read:
    read = Read(
        Kind.TENANT,
        customer.customer_id,
        ", ".join(customer.sources),
        customer.record,
        customer.customer_id,
        customer.notes,
        customer.without,
    )
    if customer.problems:
        return replace(read, problem="; ".join(dict.fromkeys(customer.problems)))
    if customer.lacking:
        return replace(read, problem=_without_ids(customer))
    try:
        read_record(customer.record, partial(json_schema.problems, "tps_record"))
    except InvalidRecord as exc:
        return replace(read, problem=str(exc))
    return read


def _of_nobody(customer: _Customer) -> Read:
    problem = "customerId: is missing; allowed: 1 to 40 letters, digits, '-' and '_'"
    return Read(Kind.TENANT, "(no customerId)", ", ".join(customer.sources), problem=problem)


def _without_ids(customer: _Customer) -> str:
    """What to put into a file beside the export."""
    example = json.dumps({"customerId": customer.customer_id, **dict.fromkeys(customer.lacking, "...")})
    return (
        f"{', '.join(customer.lacking)}: missing, which AMC needs today; allowed: a file with [{example}] beside the"
        " others, or the folder that `wfm tenants discover --write` makes, where the bucket is the same"
    )


def _at(document: Document, place: str) -> object:
    value: object = document
    for name in place.split("."):
        value = object_in(value).get(name) if isinstance(value, Mapping) else None
    return value
