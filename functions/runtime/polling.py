"""A poll of a tenant that logs new problems."""

from functions.runtime.entry import logger
from functions.runtime.wiring import Ports
from functions.services.tracking.tracking import PollResult, Tracker


def poll_tenant(customer_id: str, ports: Ports, *, asked: bool) -> PollResult:
    """Poll the tenant. A problem stays on the tenant's row until it is solved, and is logged only when it is new."""
    result = Tracker(ports, ports.settings.longest_idle).poll(customer_id, asked=asked)
    for problem in result.problems:
        logger.warning("a poll found a problem", customerId=customer_id, problem=problem)
    return result
