"""A run as AMC's answer or its row in Executions has it: the one place that knows the names of its fields."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, TypeGuard

from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.rows import Document, list_in, object_in, text_or_none
from wfm.model.statuses import RunStatus

METRIC: Final = "METRIC"  # `columnType` of what is counted; all else says whose numbers a row has
LONGEST_ID: Final = 256  # characters, of what is to be a key in DynamoDB; AMC's ids have 36
CLOCK_SKEW: Final = timedelta(hours=1)  # clocks do not differ by that much


def is_run_id(value: object) -> TypeGuard[str]:
    """Whether it can be the id of a run."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable()


@dataclass(frozen=True)
class AmcRun:
    """Reads `fields`, which nobody has checked: what is missing or unusable is None, an empty text or an empty object.

    A status stands under `status` in AMC's answer and under `executionStatus` in a row.
    """

    fields: Document = field(repr=False)

    @property
    def id(self) -> str | None:
        found = self.fields.get("workflowExecutionId")
        return found if is_run_id(found) else None

    @property
    def customer_id(self) -> str:
        return str(self.fields["customerId"])

    @property
    def request_id(self) -> str | None:
        """The request whose run it is; None for a run that others started."""
        return text_or_none(self.fields.get("requestId"))

    @property
    def definition_hash(self) -> str | None:
        """Of the definition that made it; None if nobody knows it."""
        return text_or_none(self.fields.get("definitionHash"))

    @property
    def supersedes(self) -> str | None:
        """The run of the same window before it, which it takes the place of; None for a first one."""
        return text_or_none(self.fields.get("supersedes"))

    @property
    def amc_status(self) -> str:
        found = self.fields.get("status")
        return found if isinstance(found, str) else ""

    @property
    def recorded_status(self) -> str:
        return str(self.fields.get("executionStatus") or "")

    @property
    def reason(self) -> str | None:
        return text_or_none(self.fields.get("statusReason"))

    @property
    def overdue_reason(self) -> str | None:
        """Why WFM gave the run up, though AMC may say that it goes on."""
        return text_or_none(self.fields.get("overdueReason"))

    @property
    def workflow_id(self) -> str | None:
        return text_or_none(self.fields.get("workflowId"))

    @property
    def sql(self) -> str:
        return str(self.fields.get("sqlQuery"))

    @property
    def created(self) -> datetime | None:
        return parse_timestamp_or_none(self.fields.get("createTime"))

    @property
    def is_dry_run(self) -> bool:
        """Whether AMC only checked the query: only the row of a run of WFM says so."""
        return self.fields.get("dryRun") is True

    @property
    def window_end(self) -> datetime | None:
        """The exclusive end of the window that AMC used."""
        return parse_timestamp_or_none(self.fields.get("timeWindowEnd"))

    @property
    def updated(self) -> datetime | None:
        """When AMC last changed the run."""
        return parse_timestamp_or_none(self.fields.get("lastUpdatedTime"))

    @property
    def first_seen(self) -> datetime | None:
        """When WFM first saw the run."""
        return parse_timestamp_or_none(self.fields.get("firstSeenAt"))

    @property
    def recorded(self) -> datetime | None:
        """When WFM last wrote the row."""
        return parse_timestamp_or_none(self.fields.get("recordedAt"))

    @property
    def unannounced_since(self) -> str | None:
        """Since when the run's end, or that its result was not published, has yet to be announced."""
        return text_or_none(self.fields.get("unannouncedSince"))

    @property
    def execution_seconds(self) -> object:
        """How long the run executed, as AMC says it."""
        return self.fields.get("executionTime")

    @property
    def duration(self) -> timedelta | None:
        """How long a run took that came to its own end, by AMC's clock alone; None if it does not say."""
        created, ended = self.created, self.updated
        if self.amc_status not in (RunStatus.SUCCEEDED, RunStatus.FAILED) or created is None or ended is None:
            return None
        return ended - created if ended > created else None

    @property
    def publication(self) -> str | None:
        """What the row says of the publishing of the result."""
        return text_or_none(self.fields.get("resultDelivery"))

    @property
    def publish_channel(self) -> Document:
        """What AMC says of the publishing of the result."""
        channels = self.fields.get("outputChannels")
        found = [object_in(each) for each in channels] if isinstance(channels, list) else []
        return next((each for each in found if object_in(each.get("channel")).get("type") == "PUBLISH"), {})

    @property
    def body(self) -> dict[str, object]:
        """What AMC was asked for, as far as it shows that: workflow, window, and values, the workflow's own beside."""
        named = {"workflowId": self.workflow_id, "parameterValues": dict(object_in(self.fields.get("parameterValues")))}
        body: dict[str, object] = {name: value for name, value in named.items() if value}
        if self.window is None:
            return body
        start, end, zone = self.window
        ends = {"timeWindowStart": start, "timeWindowEnd": end, "timeWindowTimeZone": zone or "UTC"}
        return {**body, "timeWindowType": "EXPLICIT", **ends}

    @property
    def metrics(self) -> frozenset[str] | None:
        """The columns of its result that AMC calls metrics; None if it does not say."""
        columns = [object_in(each) for each in list_in(self.fields.get("outputColumns"))]
        names = (str(each.get("name")) for each in columns if each.get("columnType") == METRIC)
        return frozenset(names) if columns else None

    @property
    def window(self) -> tuple[str, str, str] | None:
        """Start, end and time zone as asked ("" if AMC does not say); None for AMC's own windows, which read alike."""
        start, end, zone = (self.fields.get(f"timeWindow{part}Original") for part in ("Start", "End", "TimeZone"))
        return (str(start), str(end), str(zone or "")) if start and end else None
