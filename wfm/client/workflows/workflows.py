"""`wfm.workflows`: the tenants' workflows, their status in AMC, syncing them, and finding drift."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.machines import Outcome, StateEntered
from wfm.client.many import each
from wfm.client.plain_values import plain_document
from wfm.client.poll_schedule import CLOCK, Clock, PollSchedule
from wfm.client.records import Workflow
from wfm.client.suggestions import case_twin, require_known_name, suggest
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflow_files.definitions import check_definition
from wfm.client.workflows.many import NOT_CHANGED, TO_BE_DELETED, WorkflowRemoved
from wfm.client.workflows.syncing import SYNC_TIMEOUT, SyncStarted, follow_sync
from wfm.errors import InvalidRecord, InvalidRequest, NotEndedInTimeError, UnknownWorkflow, UsageError, kind_of
from wfm.model import sql_text
from wfm.model.chain_links import AFTER, following, links_of_rows, read_link, read_links
from wfm.model.parameters import PLACE
from wfm.model.parameters import problems as parameter_problems
from wfm.model.record_fields import slips_in_workflow
from wfm.model.rollout_plan import workflow_of
from wfm.model.rows import Document, object_in, plain_object, text_or_none
from wfm.model.schedule_rules import OVERLAP, REPLACE
from wfm.model.tenant_values import TenantValues
from wfm.model.workflows import AMC_FIELDS, definition_hash

SERVED: Final = ("ACTIVE", "PAUSED")


@dataclass(frozen=True, slots=True)
class WorkflowDetails:
    """A workflow and the names of the schedules that run it."""

    workflow: Workflow
    schedules: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {**self.workflow.row, "schedules": list(self.schedules)}


@dataclass(frozen=True, slots=True)
class DriftReport:
    """What a check found: the workflows that are not in AMC as WFM put them there, or why AMC could not be asked."""

    customer_id: str
    checked_at: str | None
    failure: str | None
    drifted: tuple[Workflow, ...]

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        drifted = [
            {"workflowId": each.workflow_id, "drift": each.drift, "driftFoundAt": each.drift_found_at}
            for each in self.drifted
        ]
        return {
            "customerId": self.customer_id,
            "checkedAt": self.checked_at,
            "failure": self.failure,
            "drifted": drifted,
        }


@in_words
class Workflows:
    """`wfm.workflows` of one deployment. UnknownCustomer and UnknownWorkflow come with close matches."""

    def __init__(self, aws: Aws, tenants: Tenants) -> None:
        self._aws = aws
        self._tenants = tenants

    def list(self, customer_id: str) -> Sequence[Workflow]:
        """A customer's workflows, by id."""
        self._tenants.get(customer_id)
        return [Workflow.from_row(row) for row in self._aws.tables.workflows.of_tenant(customer_id)]

    def get(self, customer_id: str, workflow_id: str) -> Workflow:
        """One workflow of a customer."""
        row = self._aws.tables.workflows.find(customer_id, workflow_id)
        if row is None:
            hint = suggest(workflow_id, self._aws.tables.workflows.ids(customer_id))
            raise UnknownWorkflow(f"workflowId: {customer_id} has no workflow {workflow_id!r}; {hint}")
        return Workflow.from_row(row)

    def put(self, customer_id: str, definition: Mapping[str, object]) -> bool:
        """Say what a workflow should be in AMC (AMC's field names, `workflowId` and `sqlQuery` at least).

        Fields beside AMC's, such as `defaultPayload`, stay as they are when they are not given, and go when they are
        None. False if all is so already. `get` shows when it is in AMC. The errors are those of `check`.
        """
        definition = plain_document(definition)
        self.check(customer_id, definition)
        workflow_id = str(definition["workflowId"])
        change = changed(self._aws.tables.workflows.find(customer_id, workflow_id), definition)
        if change.is_definition:
            self._aws.tables.workflows.replace_definition(customer_id, workflow_id, change.fields)
        elif change.fields:
            self._aws.tables.workflows.set_beside(customer_id, workflow_id, change.fields)
        return bool(change.fields)

    def check(self, customer_id: str, definition: Mapping[str, object]) -> Sequence[str]:
        """What looks wrong in a workflow for `put`, a sentence each.

        InvalidRequest names what is missing, InvalidRecord misspelt fields and all that the library would refuse.
        """
        definition = plain_document(definition)
        check_fields(definition)
        if definition.get("customerId") not in (None, customer_id):
            problem = f"{definition['customerId']!r:.60} is another customer"
            raise InvalidRequest("customerId", problem, f"{customer_id}, or none")
        tenant = self._tenants.get(customer_id)
        workflow_id = str(definition["workflowId"])
        known = self._aws.tables.workflows.ids(customer_id)
        twin = None if workflow_id in known else case_twin(workflow_id, known)
        if twin:
            problem = f"{workflow_id!r:.80} differs from {twin} in case alone"
            raise InvalidRequest("workflowId", problem, f"{twin}, to change it, or another id")
        self._check_link(customer_id, definition)
        _check_defaults(definition, tenant.own_values)
        return check_definition(definition, datetime.now(UTC))

    def _check_link(self, customer_id: str, definition: Document) -> None:
        """InvalidRequest for a workflow that would run after one that the tenant has not, or in a circle."""
        after, workflow_id = definition.get(AFTER), str(definition["workflowId"])
        if after is None:
            return
        rows = {str(row["workflowId"]): row for row in self._aws.tables.workflows.of_tenant(customer_id)}
        for parent in read_link(workflow_id, after).parent_ids:
            if parent not in rows:
                problem = f"{customer_id} has no workflow {parent!r}"
                raise InvalidRequest(AFTER, problem, suggest(parent, rows))
        found = links_of_rows([*rows.values(), {"workflowId": workflow_id, AFTER: after}])
        if workflow_id in found.problems:
            problem = found.problems[workflow_id]
            raise InvalidRequest(AFTER, problem.removeprefix(f"{AFTER}: "), "workflows that do not run after it")
        for row in self._aws.tables.schedules.of_tenant(customer_id):
            scheduled = workflow_of(row)
            if row.get(OVERLAP) == REPLACE and scheduled in {workflow_id, *read_link(workflow_id, after).parent_ids}:
                problem = f"the schedule {row['Name']} has {OVERLAP} {REPLACE!r}, which cancels runs of {scheduled}"
                raise InvalidRequest(AFTER, problem, "workflows whose schedules have queue or skip")

    def check_replaceable(self, customer_id: str, workflow_id: str) -> None:
        """InvalidRequest for a workflow in a chain: a schedule that replaces its runs would cancel what others need."""
        links = read_links(links_of_rows(self._aws.tables.workflows.of_tenant(customer_id)).links)
        after = [link.workflow_id for link in following(links, workflow_id)]
        if after:
            problem = f"{REPLACE!r} would cancel runs that {', '.join(after)} runs after"
            raise InvalidRequest(OVERLAP, problem, "queue or skip")
        if workflow_id in links:
            problem = f"{REPLACE!r} would cancel runs that others of the chain of {workflow_id} brought about"
            raise InvalidRequest(OVERLAP, problem, "queue or skip")

    def details(self, customer_id: str, workflow_id: str) -> WorkflowDetails:
        """One workflow, with what runs it."""
        workflow = self.get(customer_id, workflow_id)
        return _with_schedules(workflow, self._aws.tables.schedules.of_tenant(customer_id))

    def require(self, customer_ids: Sequence[str], workflow_id: str) -> None:
        """UnknownWorkflow or UsageError, with close matches, unless one of these customers has the workflow."""
        if len(customer_ids) == 1:
            self.get(customer_ids[0], workflow_id)
        elif not any(row["customerId"] in customer_ids for row in self._aws.tables.library.rows(workflow_id)):
            rows = self._aws.tables.workflows.of_all()
            known = [row["workflowId"] for row in rows if row["customerId"] in customer_ids]
            require_known_name("workflowId", "a workflow", workflow_id, known)

    def choose(self, customer_ids: Sequence[str], names: Sequence[str] = ()) -> Sequence[WorkflowDetails]:
        """The workflows of these customers, with what runs them; with `names` those of these ids.

        UsageError for an id that none of them has.
        """
        found = [
            _with_schedules(workflow, rows)
            for customer_id in customer_ids
            for rows in [self._aws.tables.schedules.of_tenant(customer_id)]
            for workflow in self.list(customer_id)
        ]
        for name in names:
            require_known_name("workflowId", "a workflow", name, [one.workflow.workflow_id for one in found])
        return [one for one in found if not names or one.workflow.workflow_id in names]

    def remove(self, customer_id: str, workflow_id: str) -> WorkflowDetails:
        """Take a workflow out, in AMC too; its schedules go before it. What it was.

        One from the library comes back with the library's next rollout.
        """
        details = self.details(customer_id, workflow_id)
        self._aws.tables.workflows.delete(customer_id, workflow_id)
        return details

    def remove_many(self, found: Sequence[WorkflowDetails]) -> Iterator[WorkflowRemoved]:
        """Take these out, as `remove` does; one that fails does not keep the rest."""

        def one(known: WorkflowDetails) -> Iterator[WorkflowRemoved]:
            gone = self.remove(known.workflow.customer_id, known.workflow.workflow_id)
            yield WorkflowRemoved(gone.workflow.customer_id, gone.workflow.workflow_id, TO_BE_DELETED, gone.schedules)

        def failed(known: WorkflowDetails, why: str) -> WorkflowRemoved:
            return WorkflowRemoved(known.workflow.customer_id, known.workflow.workflow_id, NOT_CHANGED, reason=why)

        return each([*found], one, failed)

    def sync(self, customer_id: str, workflow_id: str) -> SyncStarted:
        """Bring a workflow in AMC to what its row says, now."""
        self.get(customer_id, workflow_id)
        execution = self._aws.syncing.start(customer_id, workflow_id)
        return SyncStarted(customer_id, workflow_id, execution, follow=self.wait)

    def wait(
        self, started: SyncStarted, timeout: float = SYNC_TIMEOUT, clock: Clock = CLOCK
    ) -> Iterator[StateEntered | Outcome]:
        """Each state that a sync enters, and at last the workflow's status; NotEndedInTimeError after `timeout`."""

        def row_now() -> Document | None:
            row = self._aws.tables.workflows.find(started.customer_id, started.workflow_id)
            return Workflow.from_row(row).row if row else None

        return follow_sync(self._aws.syncing, row_now, started, timeout, clock)

    def check_drift(self, customer_id: str) -> None:
        """Have a tenant's workflows compared with AMC now, and not only once a day."""
        status = self._tenants.get(customer_id).row.get("status")
        if status not in SERVED:
            raise UsageError(f"customerId: {customer_id} is {status}; allowed: one that is {' or '.join(SERVED)}")
        self._aws.tables.tenants.request_drift_check(customer_id)
        self._aws.tracking.poll(customer_id)

    def drift(self, customer_id: str) -> DriftReport:
        """What the last check found; `checked_at` is None while one that was requested is active."""
        row = self._tenants.get(customer_id).row
        drifted = tuple(each for each in self.list(customer_id) if each.drift)
        checked_at, failure = text_or_none(row.get("driftCheckedAt")), text_or_none(row.get("driftFailure"))
        return DriftReport(customer_id, checked_at, failure, drifted)

    def wait_for_drift(self, customer_id: str, timeout: float = SYNC_TIMEOUT, clock: Clock = CLOCK) -> DriftReport:
        """The same once the check that was asked for is through; NotEndedInTimeError after `timeout` seconds."""
        for _ in PollSchedule(timeout, clock):
            report = self.drift(customer_id)
            if report.checked_at or report.failure:
                return report
        raise NotEndedInTimeError(f"not ended after {timeout:g} s: {customer_id} is still to be compared")


def _with_schedules(workflow: Workflow, schedules: Iterable[Document]) -> WorkflowDetails:
    names = [str(row["Name"]) for row in schedules if workflow_of(row) == workflow.workflow_id]
    return WorkflowDetails(workflow, tuple(names))


@dataclass(frozen=True, slots=True)
class WorkflowChange:
    """The fields to be written to a row: a whole definition, or only what stands beside it; none if all is so."""

    fields: Document
    is_definition: bool


def changed(known: Document | None, definition: Document) -> WorkflowChange:
    """How a row becomes what is asked for; None: there is none yet."""
    wanted = {**definition, "sqlQuery": sql_text.tidy(str(definition["sqlQuery"]))}
    asked = {name: value for name, value in wanted.items() if value is not None or name not in AMC_FIELDS}
    rest = {name: value for name, value in asked.items() if name not in {"customerId", "workflowId"}}
    before = plain_object(known or {})
    if not before or definition_hash(before) != definition_hash(asked):
        return WorkflowChange(rest, is_definition=True)
    return WorkflowChange({name: value for name, value in rest.items() if value != before.get(name)}, False)


def check_fields(definition: Document) -> None:
    """InvalidRecord names misspelt fields, InvalidRequest what is missing; the SQL's own problems are not judged."""
    slips = slips_in_workflow(definition)
    if others := [slip for slip in slips if slip.field != sql_text.FIELD]:  # of the SQL more is told elsewhere
        raise InvalidRecord(others)
    for name in ("workflowId", "sqlQuery"):
        _check_text(definition, name)


def _check_defaults(definition: Document, values: TenantValues) -> None:
    """InvalidRequest for a value that the tenant lacks, InvalidRecord for one of another type than its parameter's."""
    place = f"defaultPayload.{PLACE}"
    given = values.resolved(object_in(object_in(definition.get("defaultPayload")).get(PLACE)), place)
    if problems := list(parameter_problems(given, definition, place=place, complete=False)):
        raise InvalidRecord(problems)


def _check_text(definition: Document, name: str) -> None:
    value = definition.get(name)
    if not isinstance(value, str) or not value.strip():
        problem = "is missing" if value is None else f"{kind_of(value)} is not usable"
        raise InvalidRequest(name, problem, "a text that is not empty")
