"""StartOnboarding: the tenant's TPS record is back, so `tenant_onboarding` goes on with it."""

from typing import Any

from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import hand_over


@entry
def handler(event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{customerId, executionArn}` -> `{started}`."""
    machine = ports.settings.tenant_onboarding_arn
    return {"started": hand_over(event["customerId"], event["executionArn"], machine, ports.tenants, ports.tasks)}
