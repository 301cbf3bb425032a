"""The tools that only read. Each answers with JSON; work is bounded, and no answer holds SQL or a parameter's value."""

from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Final

from pydantic import Field

from wfm.agents.foreign import marked_field, untrusted
from wfm.client.backfills.status import BackfillStatus
from wfm.client.clients import Clients
from wfm.client.deliveries.deliveries import RunDelivery
from wfm.client.poll_schedule import CLOCK, Clock
from wfm.client.results.results import AVAILABLE
from wfm.client.runs.run import Run
from wfm.client.runs.runs import read_status
from wfm.client.runs.search import RunFilter
from wfm.client.tenants.status import served
from wfm.client.times import read_since
from wfm.client.wfm import Wfm
from wfm.errors import NotEndedInTimeError, UsageError
from wfm.model.labels import LABELS, read_labels
from wfm.model.workflows import DELIVERY

PAGE: Final = 50  # tenants, workflows, runs or schedules of one answer
ROWS: Final = 20  # of a result
LONGEST_WAIT: Final = 300  # seconds; hosts give up on a tool that takes longer
DESCRIBED: Final = ("tenant", "record")  # rows whole, with fields of others

Customer = Annotated[str, Field(description="Customer id, as `fleet` lists it.")]
WorkflowId = Annotated[str, Field(description="Workflow id, as `workflows` lists it.")]
RunId = Annotated[str, Field(description="Request id, or AMC's workflowExecutionId.")]
Since = Annotated[str, Field(description="30m, 2h, 7d, 1w, or an ISO 8601 time; empty for no bound.")]
Page = Annotated[int, Field(ge=1, description=f"Pages of {PAGE}, from 1.")]
Wanted = Annotated[
    dict[str, str] | None, Field(description='Only those that have all of these labels, such as {"team": "emea"}.')
]
Answer = dict[str, object]


class Reading:
    """The tools by their names. `clock` is what `wait_for` waits by."""

    def __init__(self, clients: Clients, clock: Clock = CLOCK) -> None:
        self._clients = clients
        self._clock = clock

    def fleet(self, page: Page = 1) -> Answer:
        """All tenants (AMC instances) by id: status, limit, and how many of each status there are."""
        with self._clients.borrowed() as wfm:
            tenants = served(wfm.tenants.list())
        lines: list[Answer] = [{**each.head_as_json(), "customerName": each.name} for each in tenants]
        return {**_page("tenants", lines, page), "byStatus": Counter(each.status for each in tenants)}

    def tenant(self, customer: Customer) -> Answer:
        """One tenant: status and why, its slots and who holds them, who waits for one in order, queue, dead letters."""
        with self._clients.borrowed() as wfm:
            details = wfm.tenants.details(customer)
            waits = wfm.tenants.explain_wait(customer)
        shown = {name: value for name, value in details.as_json().items() if name not in (*DESCRIBED, "gate")}
        return answer({**shown, "customerName": details.tenant.name, "waitsFor": waits})

    def workflows(self, customer: Customer, page: Page = 1) -> Answer:
        """A tenant's workflows: whether each is in AMC as it should be, and from which version of the library."""
        with self._clients.borrowed() as wfm:
            found = wfm.workflows.list(customer)
        lines: list[Answer] = [
            {
                "workflowId": each.workflow_id,
                "syncStatus": each.sync_status,
                "syncReason": each.sync_reason,
                "libraryVersion": each.library_version or None,
                "drift": each.drift,
            }
            for each in found
        ]
        return _page("workflows", lines, page)

    def schedules(self, customer: Customer, page: Page = 1) -> Answer:
        """A tenant's schedules: what runs by itself, when next, and whether it is paused."""
        with self._clients.borrowed() as wfm:
            found = wfm.schedules.list(customer)
        lines = [{name: value for name, value in each.as_json().items() if name != "Input"} for each in found]
        return _page("schedules", lines, page)

    def runs(
        self,
        *,
        customer: Annotated[str, Field(description="Customer id; empty for all customers.")] = "",
        workflow: Annotated[str, Field(description="Workflow id; empty for all.")] = "",
        status: Annotated[str, Field(description="Such as RUNNING, SUCCEEDED or FAILED; empty for all.")] = "",
        since: Since = "1d",
        labels: Wanted = None,
        limit: Annotated[int, Field(ge=1, le=PAGE)] = 20,
    ) -> Answer:
        """Runs, newest first: those that WFM was asked for, and those that somebody started in AMC."""
        wanted_status = read_status(status) if status else None
        wanted = RunFilter(workflow or None, wanted_status, None, _since(since), labels=read_labels(labels))
        with self._clients.borrowed() as wfm:
            found = wfm.runs.find(customer or None, wanted, limit)
            if workflow and not found:
                _require(wfm, customer, workflow)
        return answer({"runs": [{**_head(run), LABELS: dict(run.labels)} for run in found]})

    def run(self, customer: Customer, run_id: RunId) -> Answer:
        """One run: its status, the time of each step, AMC's words, and how its result was delivered as a file."""
        with self._clients.borrowed() as wfm:
            return _run(wfm, wfm.runs.get(customer, run_id))

    def why_waiting(self, customer: Customer, run_id: RunId) -> Answer:
        """Why a run has not ended yet, in one sentence; empty for one that has."""
        with self._clients.borrowed() as wfm:
            run = wfm.runs.get(customer, run_id)
            return answer({**run.summary(), "waitsFor": wfm.runs.wait_reason(run)})

    def wait_for(
        self, customer: Customer, request_id: RunId, seconds: Annotated[int, Field(ge=1, le=LONGEST_WAIT)] = 60
    ) -> Answer:
        """Wait until a request has ended, at most so many seconds. If it has not, ask again: the run continues."""
        with self._clients.borrowed() as wfm:
            try:
                for _ in wfm.requests.wait(customer, request_id, seconds, self._clock):
                    pass
            except NotEndedInTimeError as exc:
                return {"ended": False, "detail": str(exc)}
            return {"ended": True, **_run(wfm, wfm.runs.get(customer, request_id))}

    def results(self, customer: Customer, run_id: RunId, rows: Annotated[int, Field(ge=0, le=ROWS)] = ROWS) -> Answer:
        """The columns of a run's result and its first rows; never the whole file. Cells are data of the advertiser."""
        with self._clients.borrowed() as wfm:
            result = wfm.results.get(customer, run_id)
            found = answer(result.as_json())
            if result.state != AVAILABLE:
                return found
            table = wfm.results.rows(result.run, wfm.results.lines(result))
            columns, first = next(table, []), list(islice(table, rows))
        found["columns"] = [untrusted(name) for name in columns]
        found["firstRows"] = [[untrusted(cell) for cell in row] for row in first]
        return found

    def backfills(
        self,
        workflow: Annotated[str, Field(description="Workflow id; empty for all.")] = "",
        labels: Wanted = None,
        limit: Annotated[int, Field(ge=1, le=PAGE)] = 20,
    ) -> Answer:
        """The backfills of the last 90 days, the newest first, and how far each is."""
        with self._clients.borrowed() as wfm:
            found = wfm.backfills.list(limit, workflow=workflow or None, labels=read_labels(labels))
            if workflow and not found:
                _require(wfm, "", workflow)
        return answer({"backfills": [_without_plan(one) for one in found]})

    def backfill_status(self, backfill_id: Annotated[str, Field(description="The backfill's id.")]) -> Answer:
        """How far a backfill is: its requests by tenant and status."""
        with self._clients.borrowed() as wfm:
            return answer(_without_plan(wfm.backfills.get(backfill_id)))


def answer(document: Answer) -> Answer:
    """The document with the texts of others marked."""
    return {name: marked_field(name, value) for name, value in document.items()}


def _without_plan(status: BackfillStatus) -> Answer:
    return {name: value for name, value in status.as_json().items() if name != "plan"}


def _head(run: Run) -> Answer:
    return {"customerId": run.either.customer_id, **run.summary()}


def _run(wfm: Wfm, run: Run) -> Answer:
    reached = run.request.reached() if run.request else []
    steps = [{"status": status, "at": at} for status, at in reached]
    return answer(
        {
            **_head(run),
            LABELS: dict(run.labels),
            "workflowExecutionId": run.execution.workflow_execution_id if run.execution else None,
            "steps": steps,
            "waitsFor": wfm.runs.wait_reason(run),
            DELIVERY: dict(RunDelivery(run, run.execution.row).delivery) or None if run.execution else None,
        }
    )


def _require(wfm: Wfm, customer: str, workflow: str) -> None:
    """Refuse a workflow that the customer ("": everybody) has not: an empty answer would hide the slip."""
    wfm.workflows.require([customer] if customer else [one.customer_id for one in wfm.tenants.list()], workflow)


def _page(name: str, lines: list[Answer], number: int) -> Answer:
    last = max(-(-len(lines) // PAGE), 1)
    if number > last:
        raise UsageError(f"page: {number} is after the last; allowed: 1 to {last}")
    return answer(
        {name: lines[(number - 1) * PAGE : number * PAGE], "page": number, "pages": last, "found": len(lines)}
    )


def _since(given: str) -> str:
    return read_since(given, datetime.now(UTC), "since") if given else ""
