"""ValidateTenant: what the tenant's rows want now; a record that cannot be used is refused before anything is made."""

from functools import partial
from typing import Any

from functions.adapters.json_schema import problems
from functions.domain.onboarding import GONE, claim_instance, fingerprint, read_record, wanted
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports

_problems = partial(problems, "tps_record")


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId}` -> `{wanted}`: ACTIVE, PAUSED or GONE. The tenant's AMC instance is its own from here on."""
    customer_id = event["customerId"]
    record, known = ports.customer_config.find(customer_id), ports.tenants.find(customer_id) or {}
    wish = wanted(record, known)
    if record is None:
        ports.tenants.save(customer_id, status="OFFBOARDING")
        return {"wanted": GONE}
    tenant = read_record(record, _problems)
    claim_instance(tenant, known, ports.instance_owners, ports.tenants)
    ports.tenants.save(customer_id, checkedRecord=fingerprint(tenant))
    if known.get("status") not in ("ACTIVE", "PAUSED"):
        ports.tenants.save(customer_id, status="PROVISIONING", reason=None, removal=None)
    return {"wanted": wish}
