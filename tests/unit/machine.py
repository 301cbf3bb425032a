"""`tenant_onboarding` walked through its real handlers, on fakes: the same states in the same order, no emulator."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from functions.handlers import (
    apply_schedules,
    cancel_runs,
    check_queue,
    check_runs,
    claim_tenant,
    create_queues,
    delete_workflows,
    prove_credentials,
    record_tenant_failure,
    roll_out_library,
    settle_tenant,
    stop_intake,
    stop_schedules,
    take_down,
    validate_tenant,
    watch_results,
)
from tests.fakes import World
from wfm.errors import TransientError

Before = Callable[[str], None]


def onboard(world: World, customer_id: str, execution: str = "execution-1", before: Before = lambda _: None) -> str:
    """Run one execution to its end: ACTIVE, PAUSED, OFFBOARDED, WAITING (for runs) or FAILED.

    `before` may raise before any handler. A BaseException that is no Exception stands for an execution that dies on
    the spot.
    """
    document = {"customerId": customer_id}
    about = {"input": document, "executionName": execution, "executionArn": execution}

    def call(module: ModuleType, event: dict[str, Any]) -> Any:
        before(module.__name__.rpartition(".")[2])
        return module.handler(event, ports=lambda: world)

    try:
        return _walk(call, about, document)
    except TransientError:
        raise
    except Exception as exc:  # noqa: BLE001 (States.ALL)
        told = {"error": type(exc).__name__, "cause": str(exc)}
        record_tenant_failure.handler(about | told, ports=lambda: world)
        return "FAILED"


def _walk(call: Callable[[ModuleType, dict[str, Any]], Any], about: dict[str, Any], customer: dict[str, Any]) -> str:
    call(claim_tenant, about)
    wanted = call(validate_tenant, customer)["wanted"]
    if wanted == "GONE":
        return _remove(call, customer)
    call(prove_credentials, customer)
    watched = call(watch_results, customer)["watched"]
    mapping = call(create_queues, customer | {"wanted": wanted})
    state = call(check_queue, mapping)["mappingState"]
    assert state == mapping["wantedState"]
    status = call(settle_tenant, customer | {"wanted": wanted, "watched": watched})["status"]
    call(roll_out_library, customer)
    call(apply_schedules, customer)
    return str(status)


def _remove(call: Callable[[ModuleType, dict[str, Any]], Any], customer: dict[str, Any]) -> str:
    call(stop_schedules, customer)
    removal = call(stop_intake, customer)
    if removal["cancelRuns"]:
        call(cancel_runs, customer)
    if call(check_runs, customer)["goingOn"]:
        return "WAITING"
    if removal["deleteWorkflows"]:
        call(delete_workflows, customer)
    return str(call(take_down, customer)["status"])
