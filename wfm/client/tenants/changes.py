"""Starts a change of a tenant, so that the execution that works on it can be found and followed."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from wfm.client.aws import Aws
from wfm.client.suggestions import case_twin
from wfm.client.tenants.onboarding import SERVICEABLE, TenantChange
from wfm.errors import InvalidRecord, Problem
from wfm.model.parameters import PLACE, declared, type_problems
from wfm.model.rows import Document, object_in, plain_object
from wfm.model.statuses import TenantStatus
from wfm.model.tenant_values import FIELD, TenantValues, references

CLOCK_SKEW: Final = timedelta(minutes=15)  # more than AWS lets a client's clock differ from its own


class TenantChanges:
    """Changes tenants of one deployment: by the TPS record, whose stream starts the machine, or by the machine."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def write(self, customer_id: str, before: Document | None, after: Document) -> TenantChange:
        """Write the record. One that is as it was sends no event, so the machine is started here."""
        self.check(customer_id, before, after)
        if before == after:
            return self.start(customer_id, SERVICEABLE, "unchanged, to be onboarded again")
        change = self.announce(customer_id, SERVICEABLE, "changed" if before else "added")
        self._aws.tables.records.replace(before, after)
        return change

    def check(self, customer_id: str, before: Document | None, after: Document) -> None:
        """InvalidRecord names all that keeps the record from being written."""
        self._aws.tables.records.check(before, after)
        self._require_own_instance(customer_id, after)
        self._require_values_in_use(customer_id, object_in((before or {}).get(FIELD)), object_in(after.get(FIELD)))
        if before is None:
            self._require_own_id(customer_id)

    def _require_values_in_use(self, customer_id: str, before: Document, after: Document) -> None:
        """A value that a workflow or a schedule of the tenant refers to stays, and is of the parameter's type."""
        if plain_object(before) == plain_object(after):
            return
        values = TenantValues(customer_id, plain_object(after))
        workflows = {str(row["workflowId"]): row for row in self._aws.tables.workflows.of_tenant(customer_id)}
        uses: list[tuple[str, Document, Document]] = [
            (f"the workflow {name}", object_in(row.get("defaultPayload")), row) for name, row in workflows.items()
        ]
        for row in self._aws.tables.schedules.of_tenant(customer_id):
            payload = object_in(object_in(row.get("Input")).get("payload"))
            uses.append((f"the schedule {row['Name']}", payload, workflows.get(str(payload.get("workflowId")), {})))
        if problems := [problem for use in uses for problem in _broken(values, before, *use)]:
            raise InvalidRecord(problems)

    def _require_own_id(self, customer_id: str) -> None:
        """An id that differs from another tenant's in case alone is a slip, or becomes one."""
        twin = case_twin(customer_id, [str(row["customerId"]) for row in self._aws.tables.tenants.all()])
        if twin:
            problem = f"{customer_id} differs from {twin} in case alone"
            raise InvalidRecord([Problem("customerId", problem, f"{twin}, to change it, or another id")])

    def _require_own_instance(self, customer_id: str, record: Document) -> None:
        """Two tenants of one AMC instance would start twice as many runs in it as it takes."""
        instance = record.get("amcInstanceId")
        others = [row for row in self._aws.tables.tenants.all() if row["customerId"] != customer_id]
        for row in others:
            if instance and row.get("amcInstanceId") == instance and row.get("status") != TenantStatus.OFFBOARDED:
                problem = f"{instance!s:.60} belongs to {row['customerId']} already"
                raise InvalidRecord([Problem("amcInstanceId", problem, "one tenant an instance")])

    def announce(self, customer_id: str, goal: frozenset[str], done: str) -> TenantChange:
        """A change whose event will start the machine: its execution is one that is not there yet."""
        since = datetime.now(UTC) - CLOCK_SKEW
        known = frozenset(execution.arn for execution in self._aws.onboarding.executions(customer_id, since))
        return TenantChange(customer_id, since, known, goal, done)

    def start(self, customer_id: str, goal: frozenset[str], done: str) -> TenantChange:
        """Start the machine for a change that is in no record."""
        return TenantChange(customer_id, self._aws.onboarding.start(customer_id), goal=goal, done=done)


def _broken(
    values: TenantValues, before: Document, user: str, payload: Document, workflow: Document
) -> Iterator[Problem]:
    """What a change of the values would break: a value that was there and is used, or one of another type now."""
    given = object_in(payload.get(PLACE))
    for parameter, name in values.lacking(given):
        if name in before:
            yield Problem(f"{FIELD}.{name}", f"is used by {user} for its parameter {parameter}", "another value for it")
    known = declared(workflow) or {}
    for parameter, reference in references(given):
        if reference.name in values.values:
            kind = object_in(known.get(parameter)).get("dataType")
            for problem in type_problems(f"{FIELD}.{reference.name}", values.values[reference.name], kind):
                yield Problem(problem.field, f"{problem.text} {parameter} of {user}", problem.allowed)
