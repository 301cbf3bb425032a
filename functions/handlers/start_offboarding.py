"""StartOffboarding: hands a tenant whose TPS record is gone to `tenant_offboarding`."""

from functions.runtime.entry import entry
from functions.runtime.inputs import HandOverInput
from functions.runtime.wiring import Ports
from functions.services.onboarding.onboarding import HandedOver, hand_over


@entry
def handler(event: HandOverInput, ports: Ports) -> HandedOver:
    """Start the machine, then release the lease."""
    machine = ports.settings.tenant_offboarding_arn
    return hand_over(event["customerId"], event["executionArn"], machine, ports.tenants, ports.tasks)
