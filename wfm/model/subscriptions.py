"""Which messages people get of a tenant, and where: what its TPS record says, and what it may say.

At the top of a flat record, in `AMC.WFM` of a nested one: `ignoreStatusList`, `snsTopicArn`, `digest`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from wfm.errors import Problem
from wfm.model.rows import Document, object_in
from wfm.model.tenants import DEFAULT_IGNORED

COMMON: Final = "ExecutionEvents"  # the topic `{prefix}-ExecutionEvents`, which gets the messages of all tenants
# The first predecessor had one topic, `wfm-{team}-SNSTopic-{dataset}`, and copied it into every record.
_PREDECESSORS: Final = re.compile(r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]*SNSTopic[A-Za-z0-9_-]*$")


@dataclass(frozen=True)
class Subscription:
    """`ignored` statuses make no message; `topics` get the others."""

    ignored: frozenset[str]
    topics: tuple[str, ...]


def subscription(row: Document | None, common_topic: str) -> Subscription:
    """The topics that get a tenant's messages, by its row in Tenants: the common one, and its own if it has one."""
    ignored, own = object_in(row).get("ignoreStatusList"), object_in(row).get("snsTopicArn")
    statuses = ignored if isinstance(ignored, Collection) else DEFAULT_IGNORED
    return Subscription(frozenset(map(str, statuses)), (common_topic, *([str(own)] if own else [])))


def own_topic(common_topic: str, customer_id: str) -> str:
    """The ARN of the one topic that a customer may name besides: `{prefix}-tenant-{customerId}`, right here."""
    return f"{common_topic.removesuffix(COMMON)}tenant-{customer_id}"


def read_ignored(record: Document, nested: Document) -> tuple[str, ...]:
    """The statuses that make no message; of what is no list (which the schema refuses), the default."""
    given = _field("ignoreStatusList", record, nested)[1]
    return tuple(sorted({str(status) for status in given})) if isinstance(given, list) else DEFAULT_IGNORED


def read_digest(record: Document, nested: Document) -> str | None:
    """`daily`, if that is asked for."""
    return "daily" if _field("digest", record, nested)[1] == "daily" else None


def read_topic(record: Document, nested: Document, customer_id: str, problems: list[Problem]) -> str | None:
    """The tenant's own topic. The first predecessor's common one is replaced by WFM's, so it is none."""
    field, given = _field("snsTopicArn", record, nested)
    if given in (None, "") or _PREDECESSORS.match(str(given)):
        return None
    if not str(given).startswith("arn:") or not str(given).endswith(f"-tenant-{customer_id}"):
        problems.append(_refused(field, given, f"an SNS topic {{prefix}}-tenant-{customer_id} of WFM's own account"))
    return str(given)


def topic_problems(record: Document, common_topic: str) -> list[Problem]:
    """The problem of a record that names a topic of another customer, deployment, account or region."""
    field, given = _field("snsTopicArn", record, nested_fields(record))
    allowed = own_topic(common_topic, str(record.get("customerId")))
    if given in (None, "", allowed) or _PREDECESSORS.match(str(given)):
        return []
    return [_refused(field, given, f"{allowed}, which you make yourself, or none")]


def nested_fields(record: Document) -> Document:
    """The object `AMC.WFM` of a nested record; an empty one where there is none."""
    return object_in(object_in(record.get("AMC")).get("WFM"))


def _refused(field: str, given: object, allowed: str) -> Problem:
    return Problem(field, f"{str(given)[:120]!r} is no topic of this tenant", allowed)


def _field(name: str, record: Document, nested: Document) -> tuple[str, object]:
    """Where a field stands, and what it says."""
    return (f"AMC.WFM.{name}", nested[name]) if nested.get(name) is not None else (name, record.get(name))
