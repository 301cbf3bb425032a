"""Heartbeats for the executions of long runs, so that they wait on however seldom AMC is polled."""

from datetime import datetime, timedelta
from typing import Final

from functions.ports import Ports
from wfm.calendar.timestamps import parse_timestamp_or_none
from wfm.model.amc_run import AmcRun
from wfm.model.amc_runs import age
from wfm.model.rows import TenantRow
from wfm.model.runs import is_active
from wfm.model.statuses import POLLED

# `WaitForOutcome` asks AMC itself after an hour without a heartbeat. A sweep comes every quarter of an hour: of a run
# that is just too young for a heartbeat two sweeps may fail.
MIN_AGE: Final = timedelta(minutes=15)
MAX_LAG: Final = timedelta(minutes=10)  # a poll that is later than that does not come


def send_heartbeats(ports: Ports) -> int:
    """Reconcile: one for each active run of WFM that the tracker will poll in time; how many.

    A run that has ended gets none, nor does one whose tenant the tracker has left behind: then `PollExecution` takes
    over within the hour.
    """
    now = ports.clock()
    tenants = [row["customerId"] for row in ports.tenants.with_status(*POLLED) if _is_polled(row, now)]
    return sum(_send(customer_id, now, ports) for customer_id in tenants)


def _is_polled(tenant: TenantRow, now: datetime) -> bool:
    due = parse_timestamp_or_none(tenant.get("pollDueAt"))
    return due is not None and now - due <= MAX_LAG


def _send(customer_id: str, now: datetime, ports: Ports) -> int:
    sent = 0
    for run in ports.executions.active_runs(customer_id):
        request_id = AmcRun(run).request_id
        if request_id is None or not is_active(run) or age(run, run, now) < MIN_AGE:
            continue
        request = ports.requests.find(customer_id, request_id) or {}
        if request.get("outcomeToken"):
            ports.tasks.send_heartbeat(request["outcomeToken"])
            sent += 1
    return sent
