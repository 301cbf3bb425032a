"""CompareResults: says how much a result changed when its window was run again, and writes it onto the run's row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import iso
from wfm.errors import AmcRefused, CredentialsRefused, NotReadyYet, PermanentError, TransientError
from wfm.model.amc_run import AmcRun
from wfm.model.csv_rows import rows_of_parts
from wfm.model.delivery_orders import order_of
from wfm.model.result_changes import (
    change_fields,
    change_numbers,
    columns_problem,
    metrics_of,
    not_compared,
    same_definition,
)
from wfm.model.result_deliveries import DeliveryOrder, DeliveryRules
from wfm.model.result_totals import ResultChange, compare, totals
from wfm.model.rows import CHANGE, ChangeFields, RunRow, object_in
from wfm.model.statuses import POLLED, TenantStatus
from wfm.model.tenants import bucket_of, status_of

PATIENCE: Final = timedelta(days=1)  # AMC publishes within minutes, and may be away for hours
TIME_BUDGET: Final = timedelta(minutes=14)  # of Lambda's fifteen


@dataclass(frozen=True)
class ResultComparison:
    """The use case."""

    ports: Ports

    def run(self, customer_id: str, run_id: str, asked_at: datetime) -> ChangeFields | None:
        """What was written; None where there is nothing to compare, or that has been done.

        The event is sent before the row is written: after a crash in between it is sent again, with the same `eventId`.
        What another try may do better is raised, for a day.
        """
        row = self.ports.executions.find(customer_id, run_id)
        if row is None or CHANGE in row or AmcRun(row).supersedes is None:
            return None
        try:
            change, is_same_definition = self._change(row)
        except (TransientError, AmcRefused, CredentialsRefused) as exc:
            if self.ports.clock() - asked_at < PATIENCE:
                raise
            return self._record(row, not_compared(str(exc), self._now))
        except PermanentError as exc:
            return self._record(row, not_compared(str(exc), self._now))
        fields = change_fields(change, self._now, is_same_definition)
        if not change.is_none:
            self.ports.announcer.result_change(row, {**fields, **change_numbers(change)})
        return self._record(row, fields)

    @property
    def _now(self) -> str:
        return iso(self.ports.clock())

    def _record(self, row: RunRow, fields: ChangeFields) -> ChangeFields:
        run = AmcRun(row)
        self.ports.executions.record_change(run.customer_id, str(run.id), fields)
        return fields

    def _change(self, row: RunRow) -> tuple[ResultChange, bool | None]:
        """With whether one definition made both results. PermanentError where nobody can say it."""
        run = AmcRun(row)
        before = self.ports.executions.find(run.customer_id, str(run.supersedes))
        if before is None:
            raise PermanentError(f"nothing is kept of run {run.supersedes} any more")
        bucket = self._bucket(run.customer_id)
        workflow = self.ports.workflows.find(run.customer_id, run.workflow_id) if run.workflow_id else None
        orders = [order_of(each, DeliveryRules(), object_in(workflow), None, bucket) for each in (before, row)]
        if orders[0].published and orders[0].published == orders[1].published:
            raise PermanentError("AMC has published both results as one file")
        until = self.ports.clock() + TIME_BUDGET
        both = [self._rows(order, AmcRun(each), until) for order, each in zip(orders, (before, row), strict=True)]
        metrics = metrics_of(AmcRun(before), run)
        older, newer = (totals(rows, metrics) for rows in both)
        if problem := columns_problem(older, newer):
            raise PermanentError(problem)
        return compare(older, newer), same_definition(AmcRun(before), run)

    def _bucket(self, customer_id: str) -> str:
        """The tenant's, "" for none. NotReadyYet while it is onboarded, PermanentError for one that has gone."""
        tenant = self.ports.tenants.find(customer_id)
        status = status_of(tenant)
        if status == TenantStatus.PROVISIONING:
            raise NotReadyYet(f"{customer_id} is being onboarded")
        if status not in POLLED:
            raise PermanentError(f"{customer_id} is {status}" if status else f"{customer_id} is no tenant any more")
        return bucket_of(tenant)

    def _rows(self, order: DeliveryOrder, run: AmcRun, until: datetime) -> Iterator[Sequence[str]]:
        """The rows of a run's result, which are read as they are taken. NotReadyYet where it may still come."""
        try:
            parts = self.ports.results.parts(order)
        except NotReadyYet as exc:
            if run.updated and self.ports.clock() - run.updated >= PATIENCE:
                raise PermanentError(str(exc)) from exc
            raise
        return rows_of_parts((self._in_time(part, until) for part in parts), order.format)

    def _in_time(self, part: Iterator[bytes], until: datetime) -> Iterator[bytes]:
        for chunk in part:
            if self.ports.clock() > until:
                minutes = TIME_BUDGET // timedelta(minutes=1)
                raise PermanentError(
                    f"the results are too large for {minutes} minutes; `wfm results compare` takes any"
                )
            yield chunk
