"""ProveCredentials: a real call to the tenant's AMC instance; a refusal says which id is wrong."""

from typing import Any

from functions.domain.tenant_onboarding.proof import prove
from functions.runtime.entry import entry
from functions.runtime.records import recorded_tenant
from functions.runtime.wiring import Ports


@entry
def handler(event: dict[str, Any], ports: Ports) -> None:
    """`{customerId}`."""
    prove(recorded_tenant(event["customerId"], ports), ports.amc, ports.clock())
