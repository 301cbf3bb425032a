"""From the body of a create call to a planned run."""

import uuid
from random import Random
from typing import Any

from local.amc_simulator.compiler import compile_problem, privacy_problem
from local.amc_simulator.configuration import Behaviour
from local.amc_simulator.errors import AmcError
from local.amc_simulator.execution_request import check, timeout_of
from local.amc_simulator.instances import Instance
from local.amc_simulator.moments import to_seconds_text
from local.amc_simulator.runs import Order, Origin, Plan, Pool, Run, Status
from local.amc_simulator.simulator import Simulator
from local.amc_simulator.workflow_definition import check_definition

_ACTIVE_LIMIT = (
    "You have reached your execution limit of {limit} workflowExecutions that are in PENDING or "
    "RUNNING status. Try again after one or some of your execution completes."
)


def place_order(
    simulator: Simulator,
    instance: Instance,
    body: Any,
    *,
    client_id: str | None = None,
    pool: Pool = "API",
    origin: Origin = "api",
) -> Run:
    """Accept an execution, or raise AmcError with what AMC would answer."""
    request = check(body)
    workflow_id, definition = _resolve(simulator, instance, request, pool)
    _check_limits(simulator, instance)
    order = Order(
        instance_id=instance.instance_id,
        account_id=instance.entity_id,
        workflow_id=workflow_id,
        definition=definition,
        request=request,
        timeout_seconds=timeout_of(request),
        pool=pool,
        origin=origin,
        client_id=client_id,
        dry_run=bool(request.get("dryRun")),
    )
    execution_id = str(uuid.uuid4())
    run = simulator.engine.create(execution_id, order, _plan(simulator, order, execution_id), simulator.wall())
    simulator.changed.set()
    return run


def _resolve(
    simulator: Simulator, instance: Instance, request: dict[str, Any], pool: Pool
) -> tuple[str, dict[str, Any]]:
    """A saved workflow, or an ad hoc one, whose id AMC makes up if it has none. [ids: guide, Insights on AWS]"""
    if "workflow" not in request:
        workflow_id = request["workflowId"]
        return workflow_id, simulator.workflows.get(instance.instance_id, workflow_id, missing_status=400)
    definition = check_definition(request["workflow"])
    made_up = f"analytics-{uuid.uuid4()}" if pool == "UI" else f"transient_{uuid.uuid4()}"
    return definition.get("workflowId") or made_up, definition


def _check_limits(simulator: Simulator, instance: Instance) -> None:
    """The two limits that AMC's documents name but AMC seems not to enforce; both off by default."""
    settings, instance_id = simulator.configuration, instance.instance_id
    simulator.advance()
    limit = settings.active_limit
    if limit is not None and simulator.engine.meter.unfinished(instance_id) >= limit:
        raise AmcError(422, _ACTIVE_LIMIT.format(limit=limit))
    if settings.daily_limit is not None:
        runs = simulator.engine.history.of(instance_id)
        recent = runs[-settings.daily_limit] if len(runs) >= settings.daily_limit else None
        if recent and to_seconds_text(recent.created_at)[:10] == to_seconds_text(simulator.wall())[:10]:
            raise AmcError(422, f"The limit of {settings.daily_limit} workflow executions per day has been reached.")


def _plan(simulator: Simulator, order: Order, execution_id: str) -> Plan:
    """Drawn from the seed, the workflow and how many runs it had, so the same calls give the same durations
    each time.
    """
    settings = simulator.configuration
    behaviour = simulator.behaviour_of(order.instance_id, order.workflow_id)
    number = len(simulator.engine.history.of(order.instance_id, order.workflow_id))
    random = Random(f"{settings.seed}:{order.instance_id}:{order.workflow_id}:{number}")  # noqa: S311
    tables = simulator.tables_of(order.instance_id)
    problem = compile_problem(order.workflow_id, order.definition, tables, order.request.get("parameterValues") or {})
    if problem and settings.validation == "synchronous":
        raise AmcError(400, problem)
    problem = problem or privacy_problem(execution_id, order.workflow_id, order.definition)
    return Plan(
        pending=behaviour.pending.draw(random),
        running=behaviour.running.draw(random),
        publishing=behaviour.publishing.draw(random),
        outcome=Status.REJECTED if problem else Status(behaviour.outcome),
        reason=problem or _reason(behaviour),
        rows=behaviour.rows,
        publish_failure=behaviour.publish_failure,
        status_lag=behaviour.status_lag.draw(random),
    )


def _reason(behaviour: Behaviour) -> str | None:
    if behaviour.outcome == "SUCCEEDED":
        return None
    return (
        behaviour.status_reason
        or f"The workflow execution was {behaviour.outcome.lower()} by the simulator's configuration."
    )
