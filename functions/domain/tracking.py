"""What AMC's list says against what WFM has recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from functions.domain.errors import AmcRefused, PermanentError
from functions.domain.gate import GateStore, dispatch
from functions.domain.polling import SOONEST, next_look
from functions.domain.ports import Amc, Clock, Executions, Requests, Row, Tasks, Tenants
from functions.domain.statuses import has_ended
from functions.domain.tenants import Tenant, from_row
from functions.domain.times import epoch, iso, parse
from functions.domain.workflows import does_not_exist

OVERLAP: Final = timedelta(
    minutes=5
)  # a look reaches back behind the last one, for clocks that differ and late entries
FIRST_LOOK_BACK: Final = timedelta(hours=72)  # the first predecessor's workflowExeuctionStatusLookBackHours
RETENTION: Final = timedelta(days=90)  # the first predecessor's WorkflowStatusRecordRetentionDays


def list_from(now: datetime, last_look: str | None, unsettled: Iterable[Mapping[str, Any]]) -> datetime:
    """The createTime from which AMC's list is asked: the oldest run not known to have ended, or the last look.

    Never more than FIRST_LOOK_BACK ago: older runs are asked for one by one.
    """
    since = parse(last_look) - OVERLAP if last_look else now - FIRST_LOOK_BACK
    oldest = min([since, *(parse(run["createTime"]) for run in unsettled if run.get("createTime"))])
    return max(oldest, now - FIRST_LOOK_BACK)


def to_row(customer_id: str, run: Mapping[str, Any], now: datetime, keep: timedelta = RETENTION) -> dict[str, Any]:
    """AMC's execution object as a row: `status` becomes `executionStatus`, as users know it from the predecessors.

    A row that has not ended carries `unsettledSince` and so stands in the index of unsettled runs. `expireTimestamp`
    is epoch seconds, `keep` from now. SQL never enters: it stands with the workflow.
    """
    row = {
        key: value for key, value in run.items() if key not in ("status", "sqlQuery", "workflow") and value is not None
    }
    status = str(run.get("status") or "UNKNOWN")
    row |= {"customerId": customer_id, "executionStatus": status, "recordedAt": iso(now)}
    row["expireTimestamp"] = epoch(now + keep)
    if not has_ended(status):
        row["unsettledSince"] = str(run.get("createTime") or iso(now))
    return row


def is_news(run: Mapping[str, Any], known: Mapping[str, Any] | None) -> bool:
    """Whether AMC's answer about a run tells more than the row does; a late or repeated answer does not."""
    if known is None:
        return True
    if run.get("status") == known.get("executionStatus"):
        return False
    if has_ended(str(known.get("executionStatus"))):
        return False
    return str(run.get("lastUpdatedTime") or "") >= str(known.get("lastUpdatedTime") or "")


_AMCS_OWN: Final = ("workflowExecutionId", "workflowId", "createTime", "lastUpdatedTime")

# `WaitForOutcome` asks AMC itself after an hour without a sign of life. Looks at a tenant with runs are at most ten
# minutes apart, so short runs need no sign at all, and long ones get theirs in time.
BEAT_AFTER: Final = timedelta(minutes=20)
LOOKS: Final = 30  # in one call, for results that keep landing; whoever still wants one gets it with the next tick


@dataclass(frozen=True)
class Tracker:
    """Looks at one tenant's AMC instance and records what changed."""

    tenants: Tenants
    executions: Executions
    amc: Amc
    requests: Requests
    gates: GateStore
    tasks: Tasks
    clock: Clock

    def look(self, customer_id: str) -> int:
        """One list call, or a few when somebody asks for another look meanwhile; the number of changed runs.

        A failure is kept on the tenant's row and changes nothing else: the next look makes up for it. What
        may pass is raised too, for who can try again sooner.
        """
        changed = 0
        for _ in range(LOOKS):
            seen = self.tenants.begin_look(customer_id, self.clock())
            if seen is None:
                return changed
            try:
                news, upcoming = self._compare(seen)
            except Exception as exc:
                self.tenants.end_look(seen, self.clock(), self.clock() + SOONEST, failure=str(exc))
                if isinstance(exc, PermanentError):
                    return changed
                raise
            changed += news
            if self.tenants.end_look(seen, self.clock(), upcoming):
                return changed
        return changed

    def _compare(self, seen: Row) -> tuple[int, datetime]:
        customer_id, now = str(seen["customerId"]), self.clock()
        before = self.executions.unsettled(customer_id)
        tenant = from_row(seen)
        runs = self.amc.list_executions(tenant, list_from(now, seen.get("lastLookedAt"), before))
        listed = {run["workflowExecutionId"] for run in runs}
        runs += [self._ask_for(tenant, row) for row in before if row["workflowExecutionId"] not in listed]
        known = self.executions.find_many(customer_id, [run["workflowExecutionId"] for run in runs])
        news = [run for run in runs if is_news(run, known.get(run["workflowExecutionId"]))]
        for run in news:
            self.executions.record(to_row(customer_id, run, self.clock(), tenant.retention))
        going_on = {run["workflowExecutionId"]: run for run in runs if not has_ended(str(run.get("status")))}
        self._give_slots(seen, [known.get(run_id, {}).get("requestId") for run_id in going_on])
        for run_id, run in going_on.items():
            if now - parse(run["createTime"]) > BEAT_AFTER:
                self._beat(known.get(run_id, {}))
        return len(news), next_look(now, [run["createTime"] for run in going_on.values()])

    def _ask_for(self, tenant: Tenant, row: Row) -> Row:
        """A run that the list leaves out is asked for by its id before it is called DELETED."""
        try:
            return self.amc.get_execution(tenant, row["workflowExecutionId"])
        except AmcRefused as exc:
            if exc.status != 404 and not does_not_exist(exc.text):
                raise
            return {name: row[name] for name in _AMCS_OWN if name in row} | {
                "status": "DELETED",
                "statusReason": exc.text,
            }

    def _give_slots(self, seen: Row, requests_going_on: list[str | None]) -> None:
        """Runs for which no request holds a slot take one all the same: AMC counts them too.

        A slot whose execution is over, though nobody gave it back, is free.
        """
        customer_id = str(seen["customerId"])
        for holder in self.gates.holders(customer_id):
            if holder.request_id not in requests_going_on and not self.tasks.is_running(holder.execution_arn):
                self.gates.leave(customer_id, holder.request_id)
        holders = self.gates.read(customer_id).holders
        self.gates.count_external(customer_id, sum(request not in holders for request in requests_going_on))
        dispatch(self.gates, self.tasks.wake, customer_id, self.tenants.limit(customer_id))

    def _beat(self, run: Row) -> None:
        if run.get("requestId"):
            request = self.requests.find(str(run["customerId"]), run["requestId"]) or {}
            if request.get("outcomeToken"):
                self.tasks.beat(request["outcomeToken"])
