"""`wfm.runs`: which runs there are, and one of them whole."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.records import Execution, Request, Tenant
from wfm.client.requests.requests import Requests
from wfm.client.runs.definition import RunDefinition, definition_of
from wfm.client.runs.logs import DEFAULT_LINES, RunLog, read_log
from wfm.client.runs.run import Run
from wfm.client.runs.search import RunFilter, RunSearch
from wfm.client.runs.wait_reason import NO_SLOTS, wait_reason
from wfm.client.suggestions import close
from wfm.client.tenants.details import SlotUse
from wfm.client.tenants.tenants import Tenants
from wfm.client.times import Time, stored_time
from wfm.errors import UnknownRunError, UsageError
from wfm.model.labels import Labels
from wfm.model.resubmissions import successor_id
from wfm.model.short_ids import CUT, beginning_of, matching
from wfm.model.statuses import RequestStatus, RunStatus
from wfm.model.stored_request import StoredRequest

MAX_BEGINNING_SO: Final = 1000  # ids that are searched
NAMED: Final = 5  # ids that an error names
RECENT_REQUESTS: Final = 100  # among which somebody may have meant one
STATUSES: Final = tuple(dict.fromkeys(str(status) for of in (RequestStatus, RunStatus) for status in of))


@in_words
class Runs:
    """`wfm.runs` of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, requests: Requests) -> None:
        self._aws = aws
        self._tenants = tenants
        self._requests = requests

    def list(
        self,
        customers: str | Sequence[str] | None = None,
        *,
        workflow: str | None = None,
        status: str | None = None,
        source: str | None = None,
        since: Time = "",
        until: Time = "",
        window_from: str = "",
        window_to: str = "",
        labels: Labels | None = None,
        limit: int | None = None,
    ) -> Sequence[Run]:
        """Runs, newest first: requests with their AMC runs, and what was started elsewhere; None: of all customers.

        `since` and `until` are about when a run was asked for, or made in AMC where nobody asked here. Of AMC's answers
        only what a list shows is there; `get` has the whole. A moment late, as indexes are. UnknownCustomer for a
        customer that is not there. `RunFilter` says what a source is.
        """
        wanted = _filter(workflow, status, source, since, until, labels=labels)
        return self.find(customers, replace(wanted, window_from=window_from, window_to=window_to), limit)

    def iterate(
        self,
        customers: str | Sequence[str] | None = None,
        *,
        workflow: str | None = None,
        status: str | None = None,
        source: str | None = None,
        since: Time = "",
        until: Time = "",
        labels: Labels | None = None,
    ) -> Iterator[Run]:
        """What `list` gives, run by run, read page by page as they are taken: for a history of any length."""
        wanted = _filter(workflow, status, source, since, until, labels=labels)
        return RunSearch(self._aws.tables.runs).iterate(self._ids(customers), wanted)

    def find(self, customers: str | Sequence[str] | None, wanted: RunFilter, limit: int | None = None) -> Sequence[Run]:
        """The runs that the filter `wanted` names, as `list` gives them."""
        return RunSearch(self._aws.tables.runs).find(self._ids(customers), wanted, limit)

    def _ids(self, customers: str | Sequence[str] | None) -> Sequence[str]:
        if customers is None:
            return [tenant.customer_id for tenant in self._tenants.list()]
        given = [customers] if isinstance(customers, str) else customers
        return [self._tenants.get(customer_id).customer_id for customer_id in given]

    def get(self, customer_id: str, run_id: str) -> Run:
        """One run by AMC's `workflowExecutionId` or by its request id; UnknownRunError if it is neither."""
        execution = self._execution(customer_id, run_id)
        request = self._requests.get(customer_id, (execution.request_id if execution else run_id) or "-")
        if execution is None and request is None:
            raise self._unknown(customer_id, run_id)
        if execution is None and request and request.workflow_execution_id:
            execution = self._execution(customer_id, request.workflow_execution_id)
        return Run(request, execution)

    def definition(self, run: Run) -> RunDefinition:
        """The workflow that made a run, with its SQL; UsageError if it is not known, or kept nowhere."""
        return definition_of(run, self._aws.tables)

    def full_id(self, customer_id: str, short: str) -> str:
        """The id of a request or an AMC run that is written short: by its beginning, or by both ends (`weekly…a1b2c3`).

        An id that is there is itself, and so is one that nothing begins with. UsageError names all that may be meant.
        """
        history, beginning = self._aws.tables.runs, beginning_of(short)
        is_whole = CUT not in short and (
            history.requests_by_id(customer_id, [short]) or history.executions_by_id(customer_id, [short])
        )
        if is_whole or not beginning:
            return short
        found = matching(short, history.ids_beginning(customer_id, beginning, MAX_BEGINNING_SO))
        if len(found) > 1:
            more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
            raise UsageError(
                f"id: {short!r} may be {', '.join(found[:NAMED])}{more}; allowed: so much that one is meant"
            )
        return found[0] if found else short

    def successor(self, run: Run) -> Request | None:
        """The request that was sent in place of one that ended without success; None if there is none."""
        if run.request is None or not run.request.ended or run.status == "SUCCEEDED":
            return None
        stored = StoredRequest(run.request.row)
        name = successor_id(stored.id, again=stored.origin != stored.id)
        found = self._requests.get(stored.customer_id, name)
        return found if found and StoredRequest(found.row).origin == stored.origin else None

    def logs(self, ids: Sequence[tuple[str, str]], *, since: str = "", limit: int = DEFAULT_LINES) -> RunLog:
        """The log lines of these runs, of all Lambdas and of the machine, in order of time; `limit` of them at most.

        Each run is a customer and an id, as `get` takes them. Lines are searched for from `since`, an ISO 8601 UTC
        time, or from when the first of the runs was asked for.
        """
        runs = [self.get(customer_id, run_id) for customer_id, run_id in ids]
        return read_log(runs, self._aws.logs, self._aws.lifecycle, since=since, limit=limit)

    def _execution(self, customer_id: str, workflow_execution_id: str) -> Execution | None:
        row = self._aws.tables.executions.find(customer_id, workflow_execution_id)
        return Execution.from_row(row) if row else None

    def _unknown(self, customer_id: str, run_id: str) -> UnknownRunError:
        """The error for an id that nobody knows, with close matches and where it may still be."""
        tenant, messages = self._tenants.get(customer_id), self._aws.messages
        rows = islice(self._aws.tables.runs.requests(customer_id, "", "", RECENT_REQUESTS), RECENT_REQUESTS)
        near = close(run_id, [str(row["requestId"]) for row in rows])
        hints = [f"did you mean {' or '.join(near)}?"] if near else []
        waiting = messages.depth(tenant.queue_url) if tenant.queue_url else None
        dead = messages.depth(tenant.dead_letter_queue_url) if tenant.dead_letter_queue_url else None
        if waiting and (waiting.waiting or waiting.in_flight):
            hints.append(f"about {waiting.waiting + waiting.in_flight} requests are still in its queue")
        if dead and dead.waiting:
            hints.append(
                f"`wfm queue peek --customer {customer_id} --dead` lists about {dead.waiting} that were refused"
            )
        return UnknownRunError(
            "; ".join([f"id: {customer_id} has neither a request nor an AMC run {run_id!r}", *hints])
        )

    def wait_reason(self, run: Run) -> str:
        """What a run that has not ended waits for, in one sentence; "" for any other. Three reads at most."""
        request, store = run.request, self._aws.tables.semaphores
        if request is None or request.ended:
            return ""
        tenant = Tenant.from_row(
            self._aws.tables.tenants.find(request.customer_id) or {"customerId": request.customer_id}
        )
        if request.status != "WAITING":
            return wait_reason(run, tenant, NO_SLOTS)
        semaphore = store.read(request.customer_id)
        return wait_reason(run, tenant, SlotUse.of(semaphore, store.waiting_ids(request.customer_id)))


def read_status(given: str) -> str:
    """The status as WFM writes it, in capitals; UsageError for one that there is not."""
    if given.upper() not in STATUSES:
        raise UsageError(f"status: {given!r:.60} is unknown; allowed: {', '.join(STATUSES)}")
    return given.upper()


def _filter(
    workflow: str | None, status: str | None, source: str | None, since: Time, until: Time, *, labels: Labels | None
) -> RunFilter:
    """What is wanted; UsageError for a status that there is not, or what is no time."""
    status = None if status is None else read_status(status)
    times = stored_time(since, "since"), stored_time(until, "until")
    return RunFilter(workflow, status, source, *times, labels=labels or {})
