"""Executions that somebody started with an invalid input: each gets a row with the reason, as every refusal does."""

from functions.ports import Ports
from wfm.calendar.timestamps import epoch, iso
from wfm.model.execution_names import name_of
from wfm.model.outcomes import Outcome
from wfm.model.request_ids import identify, rejected_row
from wfm.model.statuses import RequestStatus
from wfm.model.tenants import retention_of


def record_refusal(document: object, execution: str, outcome: Outcome, ports: Ports) -> None:
    """Record a REJECTED request under the name of the execution (its ARN or name). Idempotent."""
    customer_id, request_id = identify(document, name_of(execution))
    now = ports.clock()
    ended = {
        "status": RequestStatus.REJECTED,
        "reason": outcome.reason,
        "errorName": outcome.error,
        "endedAt": iso(now),
        "expireTimestamp": epoch(now + retention_of(ports.tenants.find(customer_id))),
    }
    ports.requests.add(rejected_row(customer_id, request_id, document, now) | ended)
