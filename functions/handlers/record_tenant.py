"""RecordTenant: the end of an onboarding on the tenant's row: ACTIVE, or FAILED with the reason."""

from typing import Any

from functions.domain.gate import dispatch
from functions.domain.outcomes import of_error
from functions.domain.times import iso
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` or `{customerId, error, cause}` -> `{status, reason}`.

    A change that fails leaves an ACTIVE tenant ACTIVE, with the reason beside it.
    """
    customer_id = event["customerId"]
    if "error" not in event:
        ports.tenants.save(customer_id, status="ACTIVE", reason="", nextPollAt=iso(ports.clock()))
        dispatch(
            ports.gates, ports.tasks.wake, customer_id, ports.tenants.limit(customer_id)
        )  # it may have been raised
        return {"status": "ACTIVE", "reason": ""}
    reason = of_error(event["error"], event["cause"]).reason
    known = ports.tenants.find(customer_id) or {}
    status = "ACTIVE" if known.get("status") == "ACTIVE" else "FAILED"
    ports.tenants.save(customer_id, status=status, reason=reason)
    return {"status": "FAILED", "reason": reason}
