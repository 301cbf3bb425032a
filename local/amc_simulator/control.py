"""`/_simulator`: everything a test steers. Not a part of AMC."""

from typing import Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import Field

from local.amc_simulator.access import Current
from local.amc_simulator.configuration import Behaviour, Configuration
from local.amc_simulator.documents import Document
from local.amc_simulator.execution_view import truth_view
from local.amc_simulator.faults import Fault
from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from local.amc_simulator.ordering import place_order

routes = APIRouter(prefix="/_simulator")


class BehaviourSetting(Document):
    """`instanceId` None: the workflow in every instance. `behaviour` None: back to the default."""

    workflow_id: str
    instance_id: str | None = None
    behaviour: Behaviour | None = None


class ExternalRun(Document):
    """A run started elsewhere.

    `execution` is a body of `POST workflowExecutions`; in the UI ids are `analytics-<uuid>`.
    """

    instance_id: str
    execution: dict[str, Any]
    pool: Literal["API", "UI"] = "UI"


class HandMade(Document):
    """What somebody does to a workflow in AMC's UI; `definition` None: deletes it."""

    instance_id: str
    workflow_id: str
    definition: dict[str, Any] | None = None


class HandMadeSchedule(Document):
    """One of AMC's own schedules, made in its UI."""

    instance_id: str
    workflow_id: str
    schedule_id: str


class CodeRequest(Document):
    """Someone agreed on the consent page."""

    client_id: str = Field(min_length=1)


@routes.get("/health")
async def health(simulator: Current) -> dict[str, Any]:
    """Answers once the simulator works."""
    return {"status": "ok", "executions": len(simulator.engine.history.all)}


@routes.post("/reset")
async def reset(simulator: Current) -> dict[str, Any]:
    """Forget everything."""
    simulator.reset()
    return {}


@routes.get("/configuration")
async def get_configuration(simulator: Current) -> Configuration:
    """The configuration in force."""
    return simulator.configuration


@routes.post("/configuration")
async def change_configuration(changes: dict[str, Any], simulator: Current) -> Configuration:
    """Change some fields; `clockFactor` holds from now on."""
    merged = simulator.configuration.model_dump(by_alias=True) | changes
    try:
        simulator.configure(Configuration.model_validate(merged))
    except ValueError as exc:
        raise HTTPException(422, str(exc)) from exc
    return simulator.configuration


@routes.get("/behaviours")
async def get_behaviours(simulator: Current) -> dict[str, Any]:
    """What is set of workflows' later runs."""
    found = [
        {"instanceId": instance_id, "workflowId": workflow_id, "behaviour": behaviour.model_dump(by_alias=True)}
        for (instance_id, workflow_id), behaviour in simulator.behaviours.items()
    ]
    return {"behaviours": found}


@routes.post("/behaviours")
async def set_behaviour(setting: BehaviourSetting, simulator: Current) -> dict[str, Any]:
    """Durations and outcome of a workflow's later runs."""
    key = (setting.instance_id, setting.workflow_id)
    if setting.behaviour is None:
        simulator.behaviours.pop(key, None)
    else:
        simulator.behaviours[key] = setting.behaviour
    return {}


@routes.post("/instances")
async def put_instances(instances: list[Instance], simulator: Current) -> dict[str, Any]:
    """Make instances, or change them."""
    simulator.instances |= {instance.instance_id: instance for instance in instances}
    return {"instances": [instance.instance_id for instance in instances]}


@routes.post("/credentials")
async def put_credential(credential: Credential, simulator: Current) -> dict[str, Any]:
    """Make a client known."""
    simulator.tokens.add(credential)
    return {}


@routes.post("/credentials/{client_id}/revoke")
async def revoke_credential(client_id: str, simulator: Current) -> dict[str, Any]:
    """Its refresh token stops working."""
    if not simulator.tokens.revoke(client_id):
        raise HTTPException(404, f"There is no client {client_id}.")
    return {}


@routes.post("/access-tokens/expire")
async def expire_access_tokens(simulator: Current) -> dict[str, Any]:
    """Every access token is too old from now on."""
    simulator.tokens.expire_access_tokens()
    return {}


@routes.post("/authorization-codes")
async def new_authorization_code(request: CodeRequest, simulator: Current) -> dict[str, str]:
    """A code for the authorization_code grant."""
    return {"code": simulator.tokens.new_code(request.client_id, simulator.wall())}


@routes.post("/executions")
async def start_externally(run: ExternalRun, simulator: Current) -> dict[str, Any]:
    """Start a run behind the client's back."""
    instance = simulator.instances.get(run.instance_id)
    if instance is None:
        raise HTTPException(404, f"There is no instance {run.instance_id}.")
    return truth_view(place_order(simulator, instance, run.execution, pool=run.pool, origin="external"))


@routes.post("/executions/{execution_id}/finish")
async def finish(execution_id: str, simulator: Current) -> dict[str, Any]:
    """Let a run come to its end now, however long it was to take."""
    try:
        run = simulator.engine.history.by_id(execution_id)
    except KeyError:
        raise HTTPException(404, f"There is no run {execution_id}.") from None
    simulator.engine.finish(run, simulator.wall())
    simulator.changed.set()
    return truth_view(run)


@routes.post("/workflows")
async def change_by_hand(change: HandMade, simulator: Current) -> dict[str, Any]:
    """Make, change or delete a workflow behind the client's back."""
    definition = None if change.definition is None else {**change.definition, "workflowId": change.workflow_id}
    simulator.workflows.change_by_hand(change.instance_id, change.workflow_id, definition)
    return {}


@routes.post("/schedules")
async def schedule_by_hand(made: HandMadeSchedule, simulator: Current) -> dict[str, Any]:
    """Have AMC itself run a workflow every day, as far as anybody can see."""
    schedule = {"scheduleId": made.schedule_id, "workflowId": made.workflow_id, "aggregationPeriod": "Daily"}
    simulator.schedules.create(made.instance_id, schedule)
    return {}


@routes.post("/faults")
async def add_faults(faults: list[Fault], simulator: Current) -> dict[str, Any]:
    """Put rules behind those in force."""
    return {"ids": [simulator.faults.add(fault) for fault in faults]}


@routes.get("/faults")
async def get_faults(simulator: Current) -> dict[str, Any]:
    """Rules in force, and how often each was applied."""
    return simulator.faults.report()


@routes.delete("/faults")
async def clear_faults(simulator: Current) -> dict[str, Any]:
    """No faults from now on."""
    simulator.faults.clear()
    return {}


@routes.delete("/faults/{number}")
async def clear_fault(number: int, simulator: Current) -> dict[str, Any]:
    """Without this rule from now on."""
    simulator.faults.clear(number)
    return {}
