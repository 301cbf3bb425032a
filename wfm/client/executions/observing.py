"""The client's part that looks at runs: how a request stands, which runs there are, where their results are."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Final

from wfm.client.executions.following import StateChange, follow
from wfm.client.executions.runs import Run
from wfm.client.executions.search import RunFilter, RunSearch
from wfm.client.records import Execution, Request
from wfm.client.suggestions import close
from wfm.client.tenants.tenants import Tenants
from wfm.client.waiting import CLOCK, Clock
from wfm.errors import UnknownRunError

if TYPE_CHECKING:
    from wfm.client.results.results import Results
    from wfm.client.status.standing import TenantStanding

RECENT: Final = 100  # requests among which somebody may have meant one
A_DAY: Final = 86_400.0  # seconds; AMC lets no run take longer (workflowExecutionTimeoutSeconds)


class Observing(Tenants):
    """What `Wfm` can tell of runs, and of all tenants at once."""

    @cached_property
    def results(self) -> "Results":
        """The files that runs left in the tenants' buckets."""
        opened: Results = import_module("wfm.client.results.results").Results(self)
        return opened

    def standings(self, now: datetime | None = None) -> "list[TenantStanding]":
        """All tenants, by id, each with what is queued, waits, runs and has failed today (UTC; the day of `now`)."""
        at = now or datetime.now(UTC)
        found: list[TenantStanding] = import_module("wfm.client.status.standing").Standings(self).all(at)
        return found

    def request(self, customer_id: str, request_id: str) -> Request | None:
        """How a request stands; None while it is in the queue (or if it was never sent)."""
        row = self.aws.tables.request(customer_id, request_id)
        return Request.from_row(row) if row else None

    def requests(self, customer_id: str) -> list[Request]:
        """All requests of a customer, oldest first."""
        rows = [Request.from_row(row) for row in self.aws.tables.requests(customer_id)]
        return sorted(rows, key=lambda request: str(request.row.get("requestedAt", "")))

    def place_in_line(self, customer_id: str, request_id: str) -> int | None:
        """1 is next; None if it does not wait for a slot."""
        waiting = self.aws.tables.line(customer_id)
        return waiting.index(request_id) + 1 if request_id in waiting else None

    def wait(
        self,
        customer_id: str,
        request_id: str,
        timeout: float = A_DAY,
        clock: Clock = CLOCK,
    ) -> Iterator[StateChange]:
        """Each state change until the request has ended; NotEndedInTimeError after `timeout` seconds."""

        def look() -> tuple[Request | None, int | None]:
            request = self.request(customer_id, request_id)
            waits = request is not None and request.status == "WAITING"
            return request, self.place_in_line(customer_id, request_id) if waits else None

        return follow(look, timeout, clock)

    def executions(
        self,
        customers: str | Sequence[str] | None = None,
        *,
        workflow: str | None = None,
        status: str | None = None,
        source: str | None = None,
        since: str = "",
        until: str = "",
        limit: int | None = None,
    ) -> list[Run]:
        """Runs, newest first: requests with their AMC runs, and what was started elsewhere; None: of all customers.

        `since` and `until` (ISO 8601 UTC) are about when a run was asked for, or made in AMC where nobody asked here.
        Of AMC's answers only what a list shows is there; `execution` has the whole. A moment late, as indexes are.
        UnknownCustomer for a customer that is not there. `RunFilter` tells what a source is.
        """
        wanted = RunFilter(workflow, status, source, since, until)
        if customers is None:
            ids = [tenant.customer_id for tenant in self.tenants()]
        else:
            given = [customers] if isinstance(customers, str) else customers
            ids = [self.tenant(customer_id).customer_id for customer_id in given]
        return RunSearch(self.aws.runs).find(ids, wanted, limit)

    def execution(self, customer_id: str, run_id: str) -> Run:
        """One run by AMC's `workflowExecutionId` or by its request id; UnknownRunError if it is neither."""
        execution = self._execution(customer_id, run_id)
        request = self.request(customer_id, (execution.request_id if execution else run_id) or "-")
        if execution is None and request is None:
            raise self.unknown_run(customer_id, run_id)
        if execution is None and request and request.workflow_execution_id:
            execution = self._execution(customer_id, request.workflow_execution_id)
        return Run(request, execution)

    def unknown_run(self, customer_id: str, run_id: str) -> UnknownRunError:
        """The error for an id that nobody knows, with close matches and where it may still be."""
        tenant = self.tenant(customer_id)
        recent = [str(row["requestId"]) for row in islice(self.aws.runs.requests(customer_id, "", "", RECENT), RECENT)]
        hints = [f"did you mean {' or '.join(near)}?"] if (near := close(run_id, recent)) else []
        waiting, dead = self._depth(tenant.queue_url), self._depth(tenant.row.get("deadLetterQueueUrl"))
        if waiting and (waiting.waiting or waiting.in_flight):
            hints.append(f"about {waiting.waiting + waiting.in_flight} requests are still in its queue")
        if dead and dead.waiting:
            hints.append(f"`wfm queue peek {customer_id} --dead` lists about {dead.waiting} that were refused")
        return UnknownRunError(
            "; ".join([f"id: {customer_id} has neither a request nor an AMC run {run_id!r}", *hints])
        )

    def delay(self, customer_id: str) -> str:
        """What all requests of a customer wait for just now, such as that it is resumed; "" for nothing."""
        sentence: str = import_module("wfm.client.executions.awaited").held_up(self.tenant(customer_id))
        return sentence

    def awaited(self, run: Run) -> str:
        """What a run that has not ended waits for, in one sentence; "" for any other."""
        sentence: str = import_module("wfm.client.executions.awaited").look(run, self.aws.tables)
        return sentence

    def _execution(self, customer_id: str, workflow_execution_id: str) -> Execution | None:
        row = self.aws.tables.execution(customer_id, workflow_execution_id)
        return Execution.from_row(row) if row else None
