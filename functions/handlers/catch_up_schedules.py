"""CatchUpSchedules: what schedules that catch up have missed is sent now."""

from typing import Any

from functions.domain.schedules.catching_up import catch_up
from functions.runtime.entry import entry, logger
from functions.runtime.wiring import Ports


@entry
def handler(_event: dict[str, Any], ports: Ports) -> dict[str, Any]:
    """`{}` -> `{sent}`. One schedule that fails keeps none of the others; it fails the whole at the end."""
    sent, failures = 0, []
    for customer_id, name in ports.schedules.catching_up():
        try:
            sent += catch_up(customer_id, name, ports)
        except Exception as exc:  # noqa: BLE001 (raised below)
            with logger.append_context_keys(customerId=customer_id, schedule=name):
                logger.warning("not caught up", error=type(exc).__name__, problem=str(exc)[:500])
            failures.append(exc)
    if failures:
        raise failures[0]
    return {"sent": sent}
