"""SendDigests: sends a daily message about each tenant whose record asks for a digest."""

from typing import TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.wiring import Ports
from functions.services.notifications.digests import send_digest
from wfm.model.onboarding import SERVICEABLE


class SendDigestsOutput(TypedDict):
    """How many digests were sent."""

    sent: int


@entry
def handler(_event: object, ports: Ports) -> SendDigestsOutput:
    """Handle each tenant. A tenant that fails does not stop the others; its error is raised at the end."""
    sent, failures = 0, []
    asking = [row["customerId"] for row in ports.tenants.with_status(*SERVICEABLE) if row.get("digest")]
    for customer_id in asking:
        try:
            sent += send_digest(customer_id, ports)
        except Exception as exc:  # noqa: BLE001 (raised below)
            with logger.append_context_keys(customerId=customer_id):
                logger.warning("no digest", **log_fields(exc))
            failures.append(exc)
    if failures:
        raise failures[0]
    return {"sent": sent}
