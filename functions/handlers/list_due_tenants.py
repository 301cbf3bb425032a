"""ListDueTenants: whom to look at: one tenant, the owners of a bucket, or all whose time has come."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}`, `{bucket}` or `{}` -> `{"tenants": [{"customerId"}, ...]}`."""
    if event.get("customerId"):
        found = [event["customerId"]]
    elif event.get("bucket"):
        found = ports.tenants.by_bucket(event["bucket"])
    else:
        found = ports.tenants.due(ports.clock())
    return {"tenants": [{"customerId": customer_id} for customer_id in found]}
