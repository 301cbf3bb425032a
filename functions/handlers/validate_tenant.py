"""ValidateTenant: the TPS record as it is now becomes the tenant's row, or a refusal that names the field."""

from typing import Any

from functions.adapters.items import from_item
from functions.adapters.json_schema import validate
from functions.domain.errors import UnknownCustomer
from functions.domain.tenants import read_tps_record, to_row
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> the same. An ACTIVE tenant stays ACTIVE while its record is brought up to date."""
    key = {"customerId": event["customerId"]}
    item = ports.customer_config.get_item(Key=key, ConsistentRead=True).get("Item")
    if item is None:
        raise UnknownCustomer(
            f"customerId: {event['customerId']!r} has no TPS record; allowed: one that is in CustomerConfig"
        )
    tenant = read_tps_record(validate("tps_record", from_item(item)))
    known = ports.tenants.find(tenant.customer_id) or {}
    status = "ACTIVE" if known.get("status") == "ACTIVE" else "PROVISIONING"
    fields = {name: value for name, value in to_row(tenant).items() if name not in key}
    ports.tenants.save(tenant.customer_id, status=status, **fields)
    return key
