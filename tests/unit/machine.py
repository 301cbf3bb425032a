"""A tenant's machines walked through their real handlers, on fakes: the same states in the same order, no emulator."""

from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

from functions.handlers import (
    activate_tenant,
    apply_schedules,
    cancel_runs,
    check_queue,
    check_runs,
    claim_tenant,
    create_queues,
    delete_workflows,
    deprovision_tenant,
    drain_queue,
    record_tenant_failure,
    roll_out_library,
    start_offboarding,
    start_onboarding,
    stop_schedules,
    validate_tenant,
    verify_credentials,
    watch_results,
)
from tests.fakes import World
from wfm.errors import TransientError
from wfm.model.onboarding import GONE

Before = Callable[[str], None]
Call = Callable[[ModuleType, dict[str, Any]], Any]
Walk = Callable[[Call, dict[str, Any], dict[str, Any]], str]


def onboard(world: World, customer_id: str, execution: str = "execution-1", before: Before = lambda _: None) -> str:
    """Run one execution, and the off-boarding that it may start, to the end: ACTIVE, PAUSED or as `offboard`.

    `before` may raise before any handler. A BaseException that is no Exception stands for an execution that dies on
    the spot.
    """
    end = _run(world, customer_id, execution, before, _onboard)
    return offboard(world, customer_id, f"{execution}-offboarding", before) if end == GONE else end


def offboard(world: World, customer_id: str, execution: str, before: Before = lambda _: None) -> str:
    """Run one execution of `tenant_offboarding` to its end: OFFBOARDED, WAITING (for runs), FAILED, or what is wanted
    of a tenant that is handed back to `tenant_onboarding`.
    """
    end = _run(world, customer_id, execution, before, _offboard)
    if end == "OFFBOARDED":
        world.clock.now += timedelta(minutes=2)  # SQS has deleted the queues
    return end


def _run(world: World, customer_id: str, execution: str, before: Before, walk: Walk) -> str:
    document = {"customerId": customer_id}
    about = {"input": document, "executionName": execution, "executionArn": execution}

    def call(module: ModuleType, event: dict[str, Any]) -> Any:
        before(module.__name__.rpartition(".")[2])
        return module.handler(event, ports=lambda: world)

    try:
        return walk(call, about, document)
    except TransientError:
        raise
    except Exception as exc:  # noqa: BLE001 (States.ALL)
        told = {"error": type(exc).__name__, "cause": str(exc)}
        record_tenant_failure.handler(about | told, ports=lambda: world)
        return "FAILED"


def _onboard(call: Call, about: dict[str, Any], customer: dict[str, Any]) -> str:
    call(claim_tenant, about)
    wanted = call(validate_tenant, customer)["wanted"]
    if wanted == GONE:
        call(start_offboarding, customer | about)
        return GONE
    call(verify_credentials, customer)
    watched = call(watch_results, customer)["watched"]
    mapping = call(create_queues, customer | {"wanted": wanted})
    state = call(check_queue, mapping)["mappingState"]
    assert state == mapping["wantedState"]
    status = call(activate_tenant, customer | {"wanted": wanted, "watched": watched})["status"]
    call(roll_out_library, customer)
    call(apply_schedules, customer)
    return str(status)


def _offboard(call: Call, about: dict[str, Any], customer: dict[str, Any]) -> str:
    call(claim_tenant, about)
    wanted = str(call(validate_tenant, customer)["wanted"])
    if wanted != GONE:
        call(start_onboarding, customer | about)
        return wanted
    call(stop_schedules, customer)
    removal = call(drain_queue, customer)
    if removal["cancelRuns"]:
        call(cancel_runs, customer)
    if call(check_runs, customer)["activeRuns"]:
        return "WAITING"
    if removal["deleteWorkflows"]:
        call(delete_workflows, customer)
    return str(call(deprovision_tenant, customer)["status"])
