"""A look at a tenant's AMC instance that says once what is wrong."""

from functions.runtime.entry import logger
from functions.runtime.wiring import Ports
from functions.services.tracking.tracking import PollResult, Tracker


def poll_tenant(customer_id: str, ports: Ports, *, asked: bool) -> PollResult:
    """Until it is right again, what is wrong stands on the tenant's row; so it is logged only when it is new."""
    result = Tracker(ports).poll(customer_id, asked=asked)
    for problem in result.problems:
        logger.warning("a look found something wrong", customerId=customer_id, problem=problem)
    return result
