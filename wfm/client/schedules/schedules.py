"""`wfm.schedules`: the tenants' schedules."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from wfm.calendar.timestamps import iso
from wfm.calendar.windows import idle_ends, idle_zone, lone_zone
from wfm.client import deprecated
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.many import each
from wfm.client.plain_values import plain_document
from wfm.client.schedules.many import NOT_CHANGED, UNCHANGED, ScheduleChanged, choose
from wfm.client.schedules.rows import in_own_zone, together
from wfm.client.schedules.schedule import TenantSchedule
from wfm.client.suggestions import case_twin, suggest
from wfm.client.tenants.tenants import Tenants
from wfm.client.times import present
from wfm.client.workflows.workflows import Workflows
from wfm.errors import InvalidRecord, InvalidRequest, UsageError
from wfm.model.dynamodb_limits import check_storable
from wfm.model.json_schema import problems
from wfm.model.parameters import check_payload_parameters
from wfm.model.requests import read_request, resolve, with_defaults, with_values
from wfm.model.rows import Document, object_in, text_or_none
from wfm.model.schedule_rules import REPLACE
from wfm.model.schedules import DESIRED_FIELDS, Schedule, message, read_schedule
from wfm.model.tenant_values import TenantValues


def bodies_at(
    schedule: Schedule, moments: Sequence[datetime], defaults: Document, values: TenantValues
) -> list[dict[str, object]]:
    """What AMC would get at these times, with a workflow's default payload beneath, and the tenant's values in it."""
    requests = [read_request(message(schedule, iso(at)), "schedule") for at in moments]
    return [
        resolve(with_values(with_defaults(one, defaults), values), at)
        for one, at in zip(requests, moments, strict=True)
    ]


KEY = ("customerId", "Name")


@dataclass(frozen=True, slots=True)
class ScheduleChange:
    """A row as it is to be: the fields to `set` in it, the names of those that go, and the schedule that it says."""

    row: Document
    set: Mapping[str, object]
    gone: Sequence[str]
    schedule: Schedule
    is_new: bool

    @property
    def done(self) -> str:
        """What writing it does."""
        return "unchanged" if not (self.set or self.gone) else "added" if self.is_new else "changed"


def changed(known: Document | None, customer_id: str, name: str, fields: Document, now: datetime) -> ScheduleChange:
    """How a row becomes what is asked for; None: there is none yet. InvalidRecord names all that is wrong."""
    before = {field: value for field, value in (known or {}).items() if field in DESIRED_FIELDS}
    after = together(before, {**fields, "customerId": customer_id, "Name": name})
    schedule = _checked(after, now)
    given = {field: after[field] for field in after if field not in KEY and before.get(field) != after[field]}
    return ScheduleChange(after, given, [field for field in before if field not in after], schedule, known is None)


def _checked(row: Document, now: datetime) -> Schedule:
    """The schedule in a row, whose message WFM will take; InvalidRecord names all that is wrong."""
    check_storable(row)
    schedule = read_schedule(row, now)
    document = message(schedule, iso(now))
    idle = [*idle_ends(schedule.payload, "Input.payload"), *idle_zone(schedule.payload, "Input.payload")]
    found = [*problems("execution_request", document), *idle]
    if found:
        raise InvalidRecord(found)
    return schedule


@in_words
class Schedules:
    """`wfm.schedules` of one deployment. WFM applies a change within seconds; `get` shows when it has."""

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows) -> None:
        self._aws = aws
        self._tenants = tenants
        self._workflows = workflows

    def list(self, customer_id: str | None = None) -> Sequence[TenantSchedule]:
        """A customer's schedules, or everybody's; UnknownCustomer with close matches."""
        if customer_id is not None:
            self._tenants.get(customer_id)
        rows = (
            self._aws.tables.schedules.all()
            if customer_id is None
            else self._aws.tables.schedules.of_tenant(customer_id)
        )
        now = present()
        return [TenantSchedule.from_row(row, now) for row in rows]

    def get(self, customer_id: str, name: str) -> TenantSchedule:
        """One schedule; UsageError with close matches."""
        row = self._aws.tables.schedules.find(customer_id, name)
        if row is None:
            raise self._unknown(customer_id, name)
        return TenantSchedule.from_row(row, present())

    def _unknown(self, customer_id: str, name: str) -> UsageError:
        self._tenants.get(customer_id)
        known = [str(row["Name"]) for row in self._aws.tables.schedules.of_tenant(customer_id)]
        return UsageError(f"Name: {customer_id} has no schedule {name!r}; {suggest(name, known)}")

    def put(
        self,
        customer_id: str,
        name: str,
        fields: Mapping[str, object],
        *,
        unlisted: bool = False,
        own_zone: bool = False,
    ) -> tuple[str, TenantSchedule]:
        """Add a schedule or change it: what it has and is not given stays, what is given as "" goes.

        `fields` are those of its row (ScheduleExpression, Input, ...). What was done, and the schedule. InvalidRecord
        names all that is wrong, UnknownWorkflow what it would run (unless `unlisted`); then nothing was changed. With
        `own_zone` the window goes by the schedule's zone where it names none; else by UTC, as ever.
        """
        fields = plain_document(fields)
        tenant = self._tenants.get(customer_id)
        found, now = self._aws.tables.schedules.find(customer_id, name), present()
        fields = in_own_zone(found or {}, fields) if own_zone else fields
        change = changed(found, customer_id, name, fields, now)
        payload = change.schedule.payload
        if not found:
            self._require_own_name(customer_id, name)
        workflow_id = payload.get("workflowId")
        if workflow_id and not unlisted:
            row = self._workflows.get(customer_id, str(workflow_id)).row
            check_payload_parameters(payload, row, tenant.own_values)
            if alone := lone_zone(payload, object_in(row.get("defaultPayload")), "Input.payload"):
                raise InvalidRecord(alone)
        if workflow_id and change.schedule.rules.overlap == REPLACE:
            self._workflows.check_replaceable(customer_id, str(workflow_id))
        if change.set or change.gone:
            self._aws.tables.schedules.set(customer_id, name, change.set, change.gone)
        put = {**(found or {}), **dict.fromkeys(change.gone), **change.row}
        return change.done, TenantSchedule.from_row(put, now)

    def _require_own_name(self, customer_id: str, name: str) -> None:
        known = (str(row["Name"]) for row in self._aws.tables.schedules.of_tenant(customer_id))
        if twin := case_twin(name, known):
            raise InvalidRequest("Name", f"{name!r} differs from {twin} in case alone", f"{twin}, or another name")

    def pause(self, customer_id: str, name: str, by: str | None = None) -> TenantSchedule:
        """Pause a schedule. Runs that have started continue. `by` is who wants it, for its row."""
        return self._pause(customer_id, name, by, paused=True)

    def resume(self, customer_id: str, name: str, by: str | None = None) -> TenantSchedule:
        """Resume a schedule: with its next time, and what it missed as its `catchUp` says. `by` is who wants it."""
        return self._pause(customer_id, name, by, paused=False)

    def choose(
        self, customer_ids: Sequence[str], names: Sequence[str] = (), workflow: str | None = None
    ) -> Sequence[TenantSchedule]:
        """The schedules of these customers; with `names` those that are called so, with `workflow` those that run it.

        UsageError for a name or a workflow that none of them has.
        """
        found = self.list(customer_ids[0]) if len(customer_ids) == 1 else self.list()
        return choose([one for one in found if one.customer_id in customer_ids], names, workflow)

    def pause_many(self, found: Sequence[TenantSchedule], by: str | None = None) -> Iterator[ScheduleChanged]:
        """Pause these; one that is paused stays so, one that fails does not keep the rest."""
        return self._each([*found], partial(self.pause, by=by), "paused", lambda one: one.is_paused)

    def resume_many(self, found: Sequence[TenantSchedule], by: str | None = None) -> Iterator[ScheduleChanged]:
        """Resume these; one that is not paused stays so, one that fails does not keep the rest."""
        return self._each([*found], partial(self.resume, by=by), "resumed", lambda one: not one.is_paused)

    def remove_many(self, found: Sequence[TenantSchedule]) -> Iterator[ScheduleChanged]:
        """Remove these; one that fails does not keep the rest."""
        return self._each([*found], self.remove, "removed", lambda _: False)

    def _each(
        self,
        found: Sequence[TenantSchedule],
        do: Callable[[str, str], TenantSchedule],
        done: str,
        is_so: Callable[[TenantSchedule], bool],
    ) -> Iterator[ScheduleChanged]:
        def one(known: TenantSchedule) -> Iterator[ScheduleChanged]:
            if is_so(known):
                yield ScheduleChanged(known.customer_id, known.name, UNCHANGED)
                return
            do(known.customer_id, known.name)
            yield ScheduleChanged(known.customer_id, known.name, done)

        def failed(known: TenantSchedule, why: str) -> ScheduleChanged:
            return ScheduleChanged(known.customer_id, known.name, NOT_CHANGED, why)

        return each(found, one, failed)

    def _pause(self, customer_id: str, name: str, by: str | None, *, paused: bool) -> TenantSchedule:
        if not self._aws.tables.schedules.pause(customer_id, name, by, paused=paused):
            raise self._unknown(customer_id, name)
        return self.get(customer_id, name)

    def remove(self, customer_id: str, name: str) -> TenantSchedule:
        """Remove a schedule; what it was. Runs that have started continue."""
        known = self.get(customer_id, name)
        self._aws.tables.schedules.remove(customer_id, name)
        return known

    def next_request(self, found: TenantSchedule) -> dict[str, object]:
        """The body that AMC would get the next time, window resolved; InvalidRequest names what keeps it from that."""
        if found.schedule is None:
            raise InvalidRequest("schedule", str(found.reason))
        upcoming = found.upcoming(1)
        if not upcoming:
            raise InvalidRequest("schedule", "fires no more")
        return self.requests_at(found, upcoming)[0]

    def requests_at(self, found: TenantSchedule, moments: Sequence[datetime]) -> Sequence[dict[str, object]]:
        """The bodies that AMC would get at these times; InvalidRequest names what keeps it from that."""
        if found.schedule is None or not moments:
            return []
        workflow_id = text_or_none(found.schedule.payload.get("workflowId"))
        row = (self._aws.tables.workflows.find(found.customer_id, workflow_id) if workflow_id else None) or {}
        values = self._tenants.get(found.customer_id).own_values
        return bodies_at(found.schedule, moments, object_in(row.get("defaultPayload")), values)

    if not TYPE_CHECKING:
        __call__ = deprecated.listing("schedules")
