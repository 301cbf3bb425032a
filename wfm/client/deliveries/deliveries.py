"""`wfm.deliveries`: how the deliveries of results stand, and having results delivered again, or those of old runs."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Final

from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.many import Did, explain
from wfm.client.runs.run import Run
from wfm.client.tenants.tenants import Tenants
from wfm.errors import InvalidRecord, UnknownCustomer, UsageError
from wfm.model.amc_run import AmcRun
from wfm.model.delivery_orders import first_of, order_of
from wfm.model.delivery_rules import read_delivery
from wfm.model.delivery_states import DeliveryState
from wfm.model.result_deliveries import DeliveryRules
from wfm.model.rows import Document, RunRow, object_in
from wfm.model.statuses import RunStatus
from wfm.model.workflows import DELIVERY

NONE: Final = "NONE"  # no delivery: it was not asked for when the run ended, or is still on its way
STATES: Final = (*DeliveryState, NONE)
SENT: Final = "SENT"
_DONE: Final = (DeliveryState.DELIVERED, DeliveryState.SUPERSEDED)
TURN_ON: Final = "deploy it with the parameter deliveries: on (docs/deliveries.md)"


@dataclass(frozen=True, slots=True)
class RunDelivery:
    """A run, and how the delivery of its result stands. `row` is that of Executions, whole."""

    run: Run
    row: Document

    @property
    def delivery(self) -> Document:
        """What the row says of it."""
        return object_in(self.row.get(DELIVERY))

    @property
    def state(self) -> str:
        """One of STATES."""
        return str(self.delivery.get("state") or NONE)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to be delivered."""
        return self.state in _DONE

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        run = self.run
        return {
            "customerId": run.either.customer_id,
            "id": run.run_id,
            "workflowExecutionId": self.row.get("workflowExecutionId"),
            "workflowId": run.either.workflow_id,
            "window": run.window._asdict() if run.window else None,
            "endedAt": run.ended,
            "state": self.state,
            "delivery": dict(self.delivery) or None,
        }

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Names and values of what the row says of it."""
        return delivery_facts(self.row)


_FACTS: Final = {
    "delivery": "state", "not delivered": "reason", "since": "at", "file": "location", "table": "table", "rows": "rows",
    "bytes": "bytes", "suppressed rows": "suppressedRows",
}  # fmt: skip


def delivery_facts(row: Document) -> list[tuple[str, str]]:
    """Names and values of what the row of a run says of the delivery of its result; none if nothing."""
    found = object_in(row.get(DELIVERY))
    known = [(name, found.get(field)) for name, field in _FACTS.items()]
    return [(name, str(value)) for name, value in known if value is not None]


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of having a result delivered: SENT, or FAILED with the reason in `detail`."""

    customer_id: str
    run_id: str
    detail: str = ""

    @property
    def outcome(self) -> str:
        """In a word."""
        return Did.FAILED if self.detail else SENT

    @property
    def did(self) -> Did:
        """For a tally."""
        return Did.FAILED if self.detail else Did.DONE

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "customerId": self.customer_id,
            "id": self.run_id,
            "outcome": self.outcome,
            "detail": self.detail or None,
        }


@in_words
class Deliveries:
    """`wfm.deliveries` of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants) -> None:
        self._aws = aws
        self._tenants = tenants

    def are_on(self) -> bool:
        """Whether the deployment delivers results."""
        return bool(self._aws.deployment.delivery_bucket)

    def of(self, runs: Iterable[Run]) -> Sequence[RunDelivery]:
        """How those of these runs stand that succeeded, and whose workflow has its results delivered or had them so."""
        return [one for each in self._by_customer(runs) for one in self._of_customer(*each)]

    def get(self, run: Run) -> RunDelivery:
        """How the delivery of one run's result stands, whatever its workflow says."""
        if run.execution is None:
            return RunDelivery(run, {})
        row = self._aws.tables.executions.find(run.either.customer_id, run.execution.workflow_execution_id)
        return RunDelivery(run, row or {})

    def send(self, runs: Iterable[Run]) -> Iterator[Sent]:
        """Have the results of these runs delivered, again or for the first time; one that fails keeps no other back.

        What is there already is left as it is, and told of once more. UsageError where no results are delivered.
        """
        if not self.are_on():
            raise UsageError(f"deliveries: {self._aws.deployment.stack} delivers no results; {TURN_ON}")
        for customer_id, of_one in self._by_customer(runs):
            try:
                bucket, workflows = self._tenants.get(customer_id).bucket, self._workflows(customer_id)
            except UnknownCustomer as exc:  # its runs are known for a while
                yield from (Sent(customer_id, run.run_id, str(exc)) for run in of_one)
                continue
            for one in self._whole(customer_id, of_one):
                yield self._send(one, workflows, bucket)

    def _send(self, one: RunDelivery, workflows: dict[str, Document], bucket: str) -> Sent:
        customer_id, run_id = one.run.either.customer_id, one.run.run_id
        workflow = workflows.get(one.run.either.workflow_id, {})
        request = one.run.request.row if one.run.request else None
        first = first_of(request, partial(self._aws.tables.requests.find, customer_id))
        try:
            rules = _rules(one, workflow)
            self._aws.delivery_orders.send(order_of(one.row, rules, workflow, request, bucket, first=first))
        except Exception as problem:
            sentence = explain(problem)
            if sentence is None:
                raise
            return Sent(customer_id, run_id, sentence)
        return Sent(customer_id, run_id)

    def _of_customer(self, customer_id: str, runs: Sequence[Run]) -> Iterator[RunDelivery]:
        wanted = {name for name, row in self._workflows(customer_id).items() if row.get(DELIVERY) not in (None, False)}
        for one in self._whole(customer_id, [run for run in runs if run.status == RunStatus.SUCCEEDED]):
            is_wanted = one.run.either.workflow_id in wanted and not AmcRun(one.row).is_dry_run
            if one.delivery or is_wanted:
                yield one

    def _workflows(self, customer_id: str) -> dict[str, Document]:
        return {str(row["workflowId"]): row for row in self._aws.tables.workflows.of_tenant(customer_id)}

    def _whole(self, customer_id: str, runs: Sequence[Run]) -> Iterator[RunDelivery]:
        """With their whole rows: an index holds less."""
        ids = [run.execution.workflow_execution_id for run in runs if run.execution]
        rows: dict[str, RunRow] = self._aws.tables.executions.find_many(customer_id, ids) if ids else {}
        for run in runs:
            yield RunDelivery(run, rows.get(run.execution.workflow_execution_id, {}) if run.execution else {})

    @staticmethod
    def _by_customer(runs: Iterable[Run]) -> Iterator[tuple[str, list[Run]]]:
        ordered = sorted(runs, key=lambda run: run.either.customer_id)
        for customer_id, group in groupby(ordered, key=lambda run: run.either.customer_id):
            yield customer_id, list(group)


def _rules(one: RunDelivery, workflow: Document) -> DeliveryRules:
    """How the result is delivered; UsageError if it cannot be."""
    run, workflow_id = one.run, one.run.either.workflow_id
    if run.execution is None or run.execution.status != RunStatus.SUCCEEDED:
        status = run.execution.status if run.execution else run.status
        raise UsageError(f"id: {run.run_id} is {status}; allowed: a run that SUCCEEDED")
    if AmcRun(one.row).is_dry_run:
        raise UsageError(f"id: {run.run_id} is a dry run, which has no result; allowed: other runs")
    try:
        rules = read_delivery(workflow.get(DELIVERY))
    except InvalidRecord as exc:
        raise UsageError(f"workflow {workflow_id}: {exc}") from exc
    if rules is None:
        raise UsageError(
            f"id: {run.run_id} is of {workflow_id!r}, which says no delivery: true; allowed: one that does"
        )
    return rules
