"""A poll of a tenant that logs new problems."""

from typing import Any

from functions.runtime.entry import RUN_IDS, logger
from functions.runtime.wiring import Ports
from functions.services.tracking.tracking import PollResult, Tracker


def poll_tenant(customer_id: str, ports: Ports, *, asked: bool) -> PollResult:
    """Poll the tenant. A problem stays on the tenant's row until it is solved, and is logged only when it is new.

    So is each new status of a run that WFM started.
    """
    result = Tracker(ports, ports.settings.longest_idle).poll(customer_id, asked=asked)
    for problem in result.problems:
        logger.warning("a poll found a problem", customerId=customer_id, problem=problem)
    for row in result.recorded:
        ids: dict[str, Any] = {name: row[name] for name in RUN_IDS if row.get(name)}
        logger.info("recorded", status=row.get("executionStatus"), **ids)
    return result
