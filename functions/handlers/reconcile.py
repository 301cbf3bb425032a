"""Reconcile: every quarter of an hour, what a lost event left open is found, and the event sent again.

It also measures the tenants' queues, and keeps the executions of long runs waiting.
"""

from typing import Final, TypedDict

from functions.runtime.entry import entry, logger
from functions.runtime.wiring import Ports
from functions.services.reconciliation.backlogs import measure_queues
from functions.services.reconciliation.heartbeats import send_heartbeats
from functions.services.reconciliation.outbox import resend_announcements
from functions.services.reconciliation.sweep import resend_events, resend_lost_requests, resend_requests
from functions.services.reconciliation.version_0_1 import index_requests
from wfm.calendar.timestamps import parse
from wfm.model.statuses import TenantStatus

MACHINES: Final = "machines"  # whose ends have a queue together


class ReconcileInput(TypedDict, total=False):
    """`begunSince`: after a restore, since when executions may have lost their requests' rows; by hand alone."""

    begunSince: str


class ReconcileOutput(TypedDict):
    """How many events were sent again: of requests left open, of machines that were stopped, of ends not announced."""

    requests: int
    machines: int
    announcements: int


@entry
def handler(event: ReconcileInput, ports: Ports) -> ReconcileOutput:
    """Costs two queries a tenant and a few lists where nothing was lost."""
    config = ports.settings
    together = (
        *(config.tenant_onboarding_arn, config.tenant_offboarding_arn),
        *(config.workflow_sync_arn, config.library_rollout_arn),
    )
    queues = dict.fromkeys(together, f"{config.prefix}-{MACHINES}-stopped")
    queues[config.backfill_arn] = f"{config.prefix}-backfill-stopped"
    lifecycle = f"{config.prefix}-execution_lifecycle-stopped"
    measure_queues(ports)
    tenants = ports.tenants.with_status(*TenantStatus)
    index_requests(tenants, ports)
    machines = resend_events(queues, ports)
    announcements = resend_announcements(ports)
    send_heartbeats(ports)
    if announcements:
        logger.warning("ends of runs were not announced", runs=announcements)
    # Last, since one request of which something cannot be sent fails it.
    requests = resend_requests(config.execution_lifecycle_arn, lifecycle, tenants, ports)
    if "begunSince" in event:
        begun_since = parse(event["begunSince"])
        requests += resend_lost_requests(config.execution_lifecycle_arn, lifecycle, begun_since, ports)
    if requests:
        logger.warning("requests were left open by executions that have ended", requests=requests)
    return {"requests": requests, "machines": machines, "announcements": announcements}
