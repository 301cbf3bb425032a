"""`wfm.copies`: what a tenant is in one deployment, to go on with it in another one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Self

from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.machines import Outcome
from wfm.client.plain_values import plain_document
from wfm.client.schedules.schedules import Schedules, changed
from wfm.client.tenants.onboarding import ONBOARDING_TIMEOUT
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflow_files.definitions import check_definition
from wfm.client.workflows.workflows import Workflows, check_fields
from wfm.errors import UsageError, WfmError
from wfm.model.requests import customer_id_of
from wfm.model.rows import Document, plain_object
from wfm.model.schedules import DESIRED_FIELDS
from wfm.model.statuses import TenantStatus
from wfm.model.workflows import AMC_FIELDS

FORM: Final = 1  # of the document; counted up by a version that writes it so that this one could not read it
_OF_WORKFLOW: Final = (*AMC_FIELDS, "defaultPayload", "metadata")


@dataclass(frozen=True, slots=True)
class TenantCopy:
    """A tenant's TPS record, its own workflows and schedules as people wrote them, and what is learnt of durations.

    What the library brought is not among it, but for `library`, the ids of those workflows: a push brings it there too.
    """

    customer_id: str
    record: Document
    workflows: Sequence[Document]
    schedules: Sequence[Document]
    durations: Mapping[str, Document]
    library: Sequence[str] = ()

    def as_json(self) -> dict[str, object]:
        """The document that `read` takes."""
        return {
            "wfmTenant": FORM,
            "record": dict(self.record),
            "workflows": [dict(each) for each in self.workflows],
            "schedules": [dict(each) for each in self.schedules],
            "durations": {name: dict(each) for name, each in self.durations.items()},
            "library": list(self.library),
        }

    @classmethod
    def read(cls, document: Mapping[str, object]) -> Self:
        """UsageError for what is no such document."""
        if document.get("wfmTenant") != FORM:
            found = document.get("wfmTenant", "missing")
            raise UsageError(f"wfmTenant: {found!r:.40}; allowed: {FORM}, in what `wfm tenants export` has printed")
        record = plain_document(_object(document, "record"))
        durations = _object(document, "durations")
        return cls(
            customer_id_of(record),
            record,
            _objects(document, "workflows", "workflowId"),
            _objects(document, "schedules", "Name"),
            {name: plain_document(_object(durations, name)) for name in durations},
            [str(name) for name in _list(document, "library")],
        )


def _object(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = document.get(name)
    if not isinstance(value, Mapping):
        raise UsageError(f"{name}: {value!r:.40} is not usable; allowed: an object")
    return value


def _list(document: Mapping[str, object], name: str) -> list[object]:
    value = document.get(name)
    if not isinstance(value, list):
        raise UsageError(f"{name}: {value!r:.40} is not usable; allowed: a list")
    return value


def _objects(document: Mapping[str, object], name: str, key: str) -> list[Document]:
    found: list[Document] = []
    for number, value in enumerate(_list(document, name)):
        if not isinstance(value, Mapping) or not isinstance(value.get(key), str):
            raise UsageError(f"{name}[{number}]: {value!r:.40} is not usable; allowed: an object with {key}")
        found.append(plain_document(value))
    return found


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a part of a copy: `kind` is tenant, workflow or schedule; `problem` is "" where it was written."""

    kind: str
    name: str
    done: str
    problem: str = ""

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {"kind": self.kind, "name": self.name, "done": self.done, "problem": self.problem or None}


@in_words
class Copies:
    """Reads a tenant of this deployment, and writes that of another one."""

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows, schedules: Schedules) -> None:
        self._aws = aws
        self._tenants = tenants
        self._workflows = workflows
        self._schedules = schedules

    def take(self, customer_id: str) -> TenantCopy:
        """The tenant as it is now; nothing is changed."""
        record, tables = self._tenants.record(customer_id), self._aws.tables
        rows = [plain_object(row) for row in tables.workflows.of_tenant(customer_id)]
        schedules = [plain_object(row) for row in tables.schedules.of_tenant(customer_id)]
        learnt = {str(row["workflowId"]): tables.durations.find(customer_id, str(row["workflowId"])) for row in rows}
        return TenantCopy(
            customer_id,
            record,
            [_only(row, _OF_WORKFLOW) for row in rows if "libraryVersion" not in row],
            [_only(row, DESIRED_FIELDS) for row in schedules if "libraryVersion" not in row],
            {name: plain_object(value) for name, value in learnt.items() if isinstance(value, Mapping)},
            [str(row["workflowId"]) for row in rows if "libraryVersion" in row],
        )

    def write(self, copy: TenantCopy, timeout: float = ONBOARDING_TIMEOUT) -> Iterator[Brought]:
        """Onboard the tenant as PAUSED, and write what is its own; what it has beside that here stays.

        It can be repeated. Nothing is written if any part would be refused. Nothing fires or runs until the tenant is
        resumed. NotEndedInTimeError after `timeout` seconds of onboarding.
        """
        self._check(copy)
        outcome = self._tenants.put(copy.record, paused=True).wait(timeout)
        yield Brought("tenant", copy.customer_id, outcome.status, _problem(outcome))
        if not outcome.succeeded:
            return
        for name, learnt in copy.durations.items():
            if self._aws.tables.durations.find(copy.customer_id, name) is None:
                self._aws.tables.durations.save(copy.customer_id, name, learnt)
        for workflow in copy.workflows:
            yield self._written("workflow", copy, workflow)
        for schedule in copy.schedules:
            yield self._written("schedule", copy, schedule)

    def _check(self, copy: TenantCopy) -> None:
        """The error of the first part that cannot be used, by its name."""
        row = self._aws.tables.tenants.find(copy.customer_id) or {}
        if row.get("status") in (TenantStatus.ACTIVE, TenantStatus.OFFBOARDING):
            problem = f"{copy.customer_id} is {row['status']} in {self._aws.deployment.stack}"
            raise UsageError(f"customerId: {problem}; allowed: one that is not served there, or is PAUSED")
        now = datetime.now(UTC)
        self._tenants.preview(copy.record)
        for workflow in copy.workflows:
            with_name = f"workflow {workflow['workflowId']}"
            try:
                check_fields(workflow)
                check_definition(workflow, now)
            except WfmError as exc:
                raise UsageError(f"{with_name}: {exc}") from exc
        for schedule in copy.schedules:
            try:
                changed(None, copy.customer_id, str(schedule["Name"]), _fields(schedule), now)
            except WfmError as exc:
                raise UsageError(f"schedule {schedule['Name']}: {exc}") from exc

    def _written(self, kind: str, copy: TenantCopy, part: Document) -> Brought:
        name = str(part["workflowId" if kind == "workflow" else "Name"])
        try:
            if kind == "workflow":
                done = "written" if self._workflows.put(copy.customer_id, part) else "unchanged"
            else:
                done, _ = self._schedules.put(copy.customer_id, name, _fields(part), unlisted=True)
        except WfmError as exc:
            return Brought(kind, name, "not written", str(exc))
        return Brought(kind, name, done)


def _only(row: Document, fields: Sequence[str]) -> Document:
    return {name: row[name] for name in fields if name in row}


def _fields(schedule: Document) -> Document:
    return {name: value for name, value in schedule.items() if name not in ("customerId", "Name")}


def _problem(outcome: Outcome) -> str:
    return "" if outcome.succeeded else outcome.reason or "its onboarding failed"
