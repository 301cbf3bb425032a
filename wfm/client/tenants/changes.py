"""Starts a change of a tenant, so that the execution that works on it can be found and followed."""

from datetime import UTC, datetime, timedelta
from typing import Final

from wfm.client.aws import Aws
from wfm.client.suggestions import case_twin
from wfm.client.tenants.onboarding import SERVICEABLE, TenantChange
from wfm.errors import InvalidRecord, Problem
from wfm.model.rows import Document
from wfm.model.statuses import TenantStatus

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
        if before is None:
            self._require_own_id(customer_id)

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
