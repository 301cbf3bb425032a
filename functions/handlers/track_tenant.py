"""TrackTenant: polls the AMC instances of a batch of tenants, and once a day checks their workflows for drift.

With that check goes whatever of a former AMC account a tenant that was moved may still hold.

Or it looks at the deadlines of a batch of schedules, or at the newest results of a batch of workflows.
"""

import random
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

from functions.runtime.entry import entry, log_fields, logger
from functions.runtime.inputs import WatchedSchedule, WatchedWorkflow
from functions.runtime.polling import poll_tenant
from functions.runtime.wiring import Ports
from functions.services.account_slots import leave_former_accounts
from functions.services.sync.drift import check_tenant, is_due
from functions.services.tracking.tracking import PollResult
from wfm.errors import PermanentError
from wfm.model.rows import TenantRow

if TYPE_CHECKING:
    from functions.services.scheduling.freshness import Poll

TIME_BUDGET: Final = timedelta(seconds=30)  # no poll begins after that; the other tenants are still due


class TrackTenantInput(TypedDict):
    """The tenants of a batch, schedules or workflows; `asked` means that somebody wants the poll now, due or not."""

    tenants: list[str]
    asked: NotRequired[bool]
    schedules: NotRequired[list[WatchedSchedule]]
    workflows: NotRequired[list[WatchedWorkflow]]


class TrackTenantOutput(TypedDict):
    """How many runs `changed`, the error of each tenant that `failed`, and the tenants `left` for the next tick."""

    changed: int
    failed: dict[str, str]
    left: list[str]


@entry
def handler(event: TrackTenantInput, ports: Ports) -> TrackTenantOutput:
    """Poll each tenant; a tenant that fails does not stop the others.

    A transient error is raised only if somebody asked and all polls failed: a retry then repeats no poll that worked.
    After a tick nothing is raised, since failed tenants are due again in a minute.
    """
    ends, asked = ports.clock() + TIME_BUDGET, bool(event.get("asked"))
    results: dict[str, PollResult] = {}
    # In any order: of a batch that one tenant crashes each time, the others are polled before it sooner or later.
    for customer_id in random.sample(event["tenants"], len(event["tenants"])):
        if ports.clock() < ends:
            results[customer_id] = _poll(customer_id, ports, asked=asked)
    for customer_id, result in results.items():
        if ports.clock() < ends and result.seen and is_due(result.seen, ports.clock()):
            _leave_former_accounts(customer_id, result.seen, ports)
            _check_drift(customer_id, ports)
    _look_at_all(event, ends, ports)
    failed = {customer_id: result.error for customer_id, result in results.items() if result.error}
    transient = [error for error in failed.values() if not isinstance(error, PermanentError)]
    if asked and transient and len(transient) == len(results):
        raise transient[0]
    return {
        "changed": sum(result.changed for result in results.values()),
        "failed": {customer_id: type(error).__name__ for customer_id, error in failed.items()},
        "left": [customer_id for customer_id in event["tenants"] if customer_id not in results],
    }


def _poll(customer_id: str, ports: Ports, *, asked: bool) -> PollResult:
    try:
        return poll_tenant(customer_id, ports, asked=asked)
    except Exception as exc:  # noqa: BLE001 (the tenant's row could not be read: the others follow)
        logger.warning("not polled", customerId=customer_id, **log_fields(exc))
        return PollResult(error=exc)


def _look_at_all(event: TrackTenantInput, ends: datetime, ports: Ports) -> None:
    """Look at the schedules and workflows of the batch, as long as there is time; a tenant is polled once for all."""
    poll = cache(lambda customer_id: poll_tenant(customer_id, ports, asked=True).recorded)
    for schedule in event.get("schedules", []):
        if ports.clock() < ends:
            _look(schedule["customerId"], schedule["name"], poll, ports)
    for workflow in event.get("workflows", []):
        if ports.clock() < ends:
            _look_at_result(workflow["customerId"], workflow["workflowId"], poll, ports)


def _look(customer_id: str, name: str, poll: "Poll", ports: Ports) -> None:
    """A schedule that fails does not stop the others; it is still to be looked at with the next tick."""
    from functions.services.scheduling.deadlines import look  # few batches have schedules, and a third of all is theirs

    with logger.append_context_keys(customerId=customer_id, schedule=name):
        try:
            announced = look(customer_id, name, poll, ports)
        except Exception as exc:  # noqa: BLE001 (the next tick looks again)
            logger.warning("its deadline was not looked at", **log_fields(exc))
            return
        if announced:
            logger.warning("a firing is late, or at risk to be", status=announced)


def _look_at_result(customer_id: str, workflow_id: str, poll: "Poll", ports: Ports) -> None:
    """A workflow that fails does not stop the others; its result is still to be looked at with the next tick."""
    from functions.services.scheduling.freshness import look_at_result  # few batches have workflows

    with logger.append_context_keys(customerId=customer_id, workflow=workflow_id):
        try:
            announced = look_at_result(customer_id, workflow_id, poll, ports)
        except Exception as exc:  # noqa: BLE001 (the next tick looks again)
            logger.warning("its newest result was not looked at", **log_fields(exc))
            return
        if announced:
            logger.warning("a result became stale, or fresh again", status=announced)


def _leave_former_accounts(customer_id: str, tenant: TenantRow, ports: Ports) -> None:
    try:
        leave_former_accounts(customer_id, tenant, ports)
    except Exception as exc:  # noqa: BLE001 (the next check, or the next move, leaves them)
        logger.warning("a former account was not left", customerId=customer_id, **log_fields(exc))


def _check_drift(customer_id: str, ports: Ports) -> None:
    """Runs after all polls, which it neither delays nor fails; what it misses is checked at the next poll."""
    try:
        drifted = check_tenant(customer_id, ports, ports.settings.workflow_sync_arn)
    except Exception as exc:  # noqa: BLE001 (recorded on the tenant's row)
        logger.warning("drift could not be checked", **log_fields(exc))
        return
    for workflow_id, drift in drifted.items():
        logger.warning("a workflow was changed in AMC by hand", workflow=workflow_id, drift=drift)
