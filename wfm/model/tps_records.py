"""A tenant's TPS record, of either predecessor's shape.

Flat records name the instance as the Amazon Ads API does (amcInstanceId, advertiser, marketplace); nested ones, of the
first predecessor, name the instance-level API's own host (`AMC.amcApiEndpoint`). A record with both uses the Ads API.
"""

from collections.abc import Mapping
from typing import Final

from wfm.errors import InvalidRecord, InvalidRequest, Problem
from wfm.model.amc_endpoints import read_api_endpoint
from wfm.model.field_names import meant
from wfm.model.record_fields import slips_in_customer
from wfm.model.requests import customer_id_of
from wfm.model.rows import Document, object_in, plain, text_or_none
from wfm.model.subscriptions import nested_fields, read_digest, read_ignored, read_topic
from wfm.model.tenant_values import FIELD, value_problems
from wfm.model.tenants import (
    DEFAULT_LIMIT,
    DEFAULT_RETENTION_DAYS,
    FAIR,
    REPAIR_DRIFT,
    TOGGLES,
    Tenant,
)

# The nearest Amazon Ads host by marketplace (Amazon's guide, make-your-first-call); every other one goes to NA.
_EU = "A1F83G8C2ARO7P A1PA6795UKMFR9 A13V1IB3VIYZZH APJ6JRA9NG5V4 A1RKKUPIHCS9HS A1805IZSGTT6HS A2NODRKZP88ZB9"
_EU_TOO = "A33AVAJ2PDY3EV A17E79C6D8DWNP A2VIGQ35RCS4UG A21TJRUUN4KGV"
_FE = "A39IBJ37TRP1C6 A1VC38T7YXB528"
_REGIONS: Final[Mapping[str, str]] = dict.fromkeys(f"{_EU} {_EU_TOO}".split(), "EU") | dict.fromkeys(_FE.split(), "FE")

_MARKETPLACES: Final = frozenset({*_REGIONS, "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2", "A1AM78C64UM0Y8", "A2Q3Y263D00KWC"})


RETENTION: Final = "retentionDays"


class _Reader:
    """Reads fields one by one and keeps every problem, so that one message can name them all."""

    def __init__(self, record: Document) -> None:
        self.record = record
        self.nested = object_in(record.get("AMC"))
        self.wfm = nested_fields(record)
        self.problems: list[Problem] = []

    def problem(self, field: str, problem: str, allowed: str) -> None:
        self.problems.append(Problem(field, problem, allowed))

    def text(self, name: str) -> str:
        value = self.record.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
        self.problem(name, "is missing" if value is None else f"{value!r} is no text", "the value that AMC shows")
        return ""

    def number(self, field: str, value: object, low: int, high: int) -> int:
        try:
            number = int(value) if isinstance(value, int | float | str) else low - 1
        except ValueError:
            number = low - 1
        if isinstance(value, bool) or not low <= number <= high:
            self.problem(field, f"{value!r} is no such number", f"{low} to {high}")
        return number

    def toggles(self) -> tuple[str, ...]:
        """Flat records have the toggles at the top, nested ones in `AMC.WFM`. `enableWorkflowLibrary` is all five."""
        known = (*TOGGLES, REPAIR_DRIFT, FAIR)
        on = {name for name in known if self.wfm.get(name, self.record.get(name)) is True}
        whole_library = self.wfm.get("enableWorkflowLibrary", self.record.get("enableWorkflowLibrary")) is True
        return tuple(name for name in known if name in on or (whole_library and name in TOGGLES))

    def retention(self) -> int:
        """Flat records have the days at the top, nested ones among those of the first predecessor's sync."""
        sync, nested = object_in(self.wfm.get("syncWorkflowStatuses")), "WorkflowStatusRecordRetentionDays"
        if nested not in sync:
            return self.number(RETENTION, self.record.get(RETENTION, DEFAULT_RETENTION_DAYS), 1, 3650)
        field = f"AMC.WFM.syncWorkflowStatuses.{nested}"
        if self.record.get(RETENTION, sync[nested]) != sync[nested]:
            self.problem(RETENTION, f"says something else than {field}", "one of the two")
        return self.number(field, sync[nested], 1, 3650)

    def endpoint(self, url: object) -> tuple[str | None, str | None]:
        try:
            endpoint = read_api_endpoint(str(url))
        except InvalidRequest as exc:
            self.problems.append(exc.problem)
            return None, None
        return endpoint.url, endpoint.region


def read_tps_record(record: Document) -> Tenant:
    """The tenant in a TPS record; InvalidRecord names every field that cannot be used."""
    reader = _Reader(record)
    nested, wfm = reader.nested, reader.wfm
    try:
        customer_id = customer_id_of(record)
    except InvalidRequest as exc:
        reader.problems.append(exc.problem)
        customer_id = ""
    own_api = bool(nested.get("amcApiEndpoint")) and not record.get("amcInstanceId")
    api_endpoint, api_region = reader.endpoint(nested["amcApiEndpoint"]) if own_api else (None, None)
    marketplace = "" if own_api else reader.text("amcAmazonAdsMarketplaceId")
    limit = record.get("maximumConcurrentWorkflowExecutions", nested.get("maximumConcurrentWorkflowExecutions"))
    tenant = Tenant(
        customer_id=customer_id,
        customer_name=str(record.get("customerName") or customer_id),
        instance_id="" if own_api else reader.text("amcInstanceId"),
        advertiser_id="" if own_api else reader.text("amcAmazonAdsAdvertiserId"),
        marketplace_id=marketplace,
        region=_REGIONS.get(marketplace, "NA"),
        auth_id=str(record.get("authId") or "default"),
        bucket_name=text_or_none(record.get("BucketName") or nested.get("amcS3BucketName")),
        limit=DEFAULT_LIMIT if limit is None else reader.number("maximumConcurrentWorkflowExecutions", limit, 1, 200),
        api_endpoint=api_endpoint,
        api_region=api_region,
        customer_prefix=text_or_none(record.get("customerPrefix")),
        endemic_type=text_or_none(record.get("endemicType")),
        toggles=reader.toggles(),
        tags=_tags(record.get("tags")),
        retention_days=reader.retention(),
        ignored_statuses=read_ignored(record, wfm),
        topic_arn=read_topic(record, wfm, customer_id, reader.problems),
        digest=read_digest(record, wfm),
        values=_values(reader),
    )
    _check_marketplace(reader, marketplace)
    _check_names(reader, customer_id)
    reader.problems += slips_in_customer(record)
    if reader.problems:
        raise InvalidRecord(reader.problems)
    return tenant


def _values(reader: _Reader) -> Document:
    """The tenant's own values, in the order of their names, so that records that say the same mean the same."""
    given = reader.record.get(FIELD, {})
    if problems := list(value_problems(given)):
        reader.problems += problems
        return {}
    return {name: plain(value) for name, value in sorted(object_in(given).items())}


def _tags(given: object) -> tuple[str, ...]:
    """The tags; none for what is no list, which the schema refuses."""
    return tuple(sorted({str(tag) for tag in given})) if isinstance(given, list | tuple | set) else ()


def _check_marketplace(reader: _Reader, marketplace: str) -> None:
    """One that is nearly a known one is a slip; others pass, since Amazon may have more than are known here."""
    near = None if marketplace in _MARKETPLACES else meant(marketplace, _MARKETPLACES)
    if near:
        reader.problem("amcAmazonAdsMarketplaceId", f"{marketplace!r} is none; did you mean {near}?", "Amazon's own id")


def _check_names(reader: _Reader, customer_id: str) -> None:
    """Nested records name queues. WFM makes its own, but a record that names another tenant's is not to be trusted.

    Nor is a customer whose queue would be another one's dead letter queue.
    """
    if customer_id.endswith("-DLQ"):
        reader.problem(
            "customerId", f"{customer_id!r} would name a dead letter queue", "an id that does not end in '-DLQ'"
        )
    names = {
        "amcWorkflowExecutionSQSQueueName": f"-{customer_id}.fifo",
        "amcWorkflowExecutionDLQSQSQueueName": f"-{customer_id}-DLQ.fifo",
    }
    for name, end in names.items():
        value = reader.wfm.get(name)
        if value is not None and not str(value).endswith(end):
            reader.problem(
                f"AMC.WFM.{name}", f"{value!r} is not this tenant's", f"a name that ends in {end!r}, or none"
            )
