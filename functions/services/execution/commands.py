"""Requests that start no run: they cancel or read a run, change a workflow, or consist of many requests.

The answer goes onto the request's row, which becomes SUCCEEDED and is announced like every other end.
"""

from difflib import get_close_matches
from typing import Final

from functions.ports import Ports
from functions.services.availability import refused_access_is_transient
from functions.services.execution.preparation import active_tenant
from wfm.errors import AmcRefused, AnsweredWithoutRun, InvalidRecord, InvalidRequest, NotReadyYet, UnknownCustomer
from wfm.model.amc_run import AmcRun
from wfm.model.dynamodb_limits import truncated
from wfm.model.predecessors import Command, CommandKind, customers_of, parts, read_command, read_special
from wfm.model.record_fields import slips_in_workflow
from wfm.model.request_checks import check_request
from wfm.model.requests import read_request, resolve
from wfm.model.rows import Document, RequestRow, object_in
from wfm.model.runs import run_row
from wfm.model.statuses import TenantStatus, has_ended
from wfm.model.tenants import Tenant
from wfm.model.workflows import does_not_exist

_SERVED: Final = (TenantStatus.ACTIVE, TenantStatus.PAUSED)


def answer_without_run(row: RequestRow, ports: Ports) -> None:
    """Do what the request of this row asks for if it is no run, and raise AnsweredWithoutRun; else do nothing.

    May be called any number of times.
    """
    document = object_in(row["request"])
    if read_special(document, str(row["requestId"])) is None:
        return
    command = read_command(document)
    summary, answer = _perform(command, ports) if command else _send_parts(document, row, ports)
    ports.requests.save(row["customerId"], row["requestId"], answer=truncated(answer))
    raise AnsweredWithoutRun(summary)


def _send_parts(document: Document, row: RequestRow, ports: Ports) -> tuple[str, object]:
    """Send the document's requests, or none of them if one could not work."""
    requests = parts(document, str(row["requestId"]))
    for customer_id in customers_of(document):
        tenant = ports.tenants.find(customer_id)
        if tenant is None or tenant.get("status") not in _SERVED:
            problem = "is no tenant" if tenant is None else f"is {tenant.get('status')}"
            raise UnknownCustomer(f"customerId: {customer_id!r} {problem}; allowed: tenants that are ACTIVE or PAUSED")
    for one in requests:
        check_request(one, strict=False)
        resolve(read_request(one, ""), ports.clock())
    for customer_id in customers_of(document):
        ports.queues.send(customer_id, [one for one in requests if one["customerId"] == customer_id])
    ids = [str(one["requestId"]) for one in requests]
    return f"{len(ids)} requests are in their tenants' queues: {ids[0]} to {ids[-1]}", ids


def _perform(command: Command, ports: Ports) -> tuple[str, object]:
    tenant = active_tenant(command.customer_id, ports.tenants)
    with refused_access_is_transient():
        if command.kind in (CommandKind.CANCEL, CommandKind.STATUS):
            return _of_executions(command, tenant, ports)
        if command.kind == CommandKind.GET:
            return _get_workflow(command, tenant, ports)
        return _delete(command, tenant, ports) if command.kind == CommandKind.DELETE else _put(command, ports)


def change_workflow(command: Command, ports: Ports) -> None:
    """Write what a command wants of a workflow onto its row. One that is gone already is no fault."""
    if command.kind != CommandKind.DELETE:
        _put(command, ports)
        return
    row = ports.workflows.find(command.customer_id, command.workflow_id)
    if row is not None and not ports.workflows.remove(command.customer_id, command.workflow_id, row):
        raise NotReadyYet(f"{command.workflow_id} of {command.customer_id} is being changed by somebody else")


def _of_executions(command: Command, tenant: Tenant, ports: Ports) -> tuple[str, object]:
    """What became of each run, and its row; a list of rows for several runs."""
    found = [_of_execution(command.kind, one, tenant, ports) for one in command.execution_ids]
    answers = [answer for _, answer in found]
    return "; ".join(summary for summary, _ in found), answers if len(answers) > 1 else answers[0]


def _of_execution(kind: CommandKind, execution_id: str, tenant: Tenant, ports: Ports) -> tuple[str, object]:
    """The run as AMC shows it now, which also goes onto its row; it is cancelled first if that is asked for."""
    run = _run(execution_id, tenant, ports)
    before = AmcRun(run).amc_status
    summary = f"{execution_id} is {before}"
    if kind == CommandKind.CANCEL and not has_ended(before):
        is_cancelled = ports.amc.cancel_execution(tenant, execution_id)
        run = _run(execution_id, tenant, ports)
        summary = f"{execution_id} is cancelled in AMC; it was {before}"
        if not is_cancelled:
            why = f"AMC cancels it no more; it was {before}, and is {AmcRun(run).amc_status}"
            summary = f"{execution_id} is not cancelled, since {why}"
    elif kind == CommandKind.CANCEL:
        summary = f"{execution_id} had ended already as {before}"
    ports.executions.record(run_row(tenant.customer_id, run, ports.clock(), tenant.retention))
    return summary, ports.executions.find(tenant.customer_id, execution_id) or dict(run)


def _run(execution_id: str, tenant: Tenant, ports: Ports) -> Document:
    try:
        return ports.amc.get_execution(tenant, execution_id)
    except AmcRefused as exc:
        if not does_not_exist(exc.text):
            raise
        active = [str(row["workflowExecutionId"]) for row in ports.executions.active_runs(tenant.customer_id)]
        close = get_close_matches(execution_id, active)
        hint = f" (did you mean {' or '.join(close)}?)" if close else ""
        problem = f"{execution_id!r:.80} is no run of {tenant.customer_id}{hint}"
        raise InvalidRequest("workflowExecutionId", problem, "the id of one in AMC") from exc


def _get_workflow(command: Command, tenant: Tenant, ports: Ports) -> tuple[str, object]:
    row = ports.workflows.find(tenant.customer_id, command.workflow_id)
    shown = ports.amc.get_workflow(tenant, command.workflow_id)
    if row is None and shown is None:
        raise _unknown(command, ports)
    where = "as its row has it" if row else "made in AMC by hand"
    there = where if shown else "in its row, and not in AMC"
    return f"{command.workflow_id} is there, {there}", {"row": row, "amc": shown}


def _put(command: Command, ports: Ports) -> tuple[str, object]:
    """Into the row, whose sync does the rest. What nobody asks to change stays, but for the definition itself."""
    definition = object_in(command.definition)
    if slips := slips_in_workflow(definition):
        raise InvalidRecord([problem.within("workflowRequest.workflowDefinition") for problem in slips])
    seen = ports.workflows.find(command.customer_id, command.workflow_id)
    kept = {name: (seen or {}).get(name) for name in ("defaultPayload", "metadata")}
    if not ports.workflows.put_desired({**kept, **_row_of(command, definition)}, seen):
        raise NotReadyYet(f"{command.workflow_id} of {command.customer_id} is being changed by somebody else")
    done = "changed" if seen else "made"
    return f"{command.workflow_id} is {done} and on its way to AMC", {"workflowId": command.workflow_id}


def _row_of(command: Command, definition: Document) -> Document:
    return {**definition, "customerId": command.customer_id, "workflowId": command.workflow_id}


def _delete(command: Command, tenant: Tenant, ports: Ports) -> tuple[str, object]:
    """Delete the workflow's row if it has one: its sync then deletes the workflow in AMC, with its schedules."""
    answer = {"workflowId": command.workflow_id}
    row = ports.workflows.find(tenant.customer_id, command.workflow_id)
    if row is None:
        if ports.amc.get_workflow(tenant, command.workflow_id) is None:
            raise _unknown(command, ports)
        ports.amc.delete_workflow(tenant, command.workflow_id)
        return f"{command.workflow_id} is deleted in AMC", answer
    if not ports.workflows.remove(tenant.customer_id, command.workflow_id, row):
        raise NotReadyYet(f"{command.workflow_id} of {command.customer_id} is being changed by somebody else")
    return f"{command.workflow_id} is to be deleted in AMC, its schedules with it", answer


def _unknown(command: Command, ports: Ports) -> InvalidRequest:
    close = get_close_matches(command.workflow_id, ports.workflows.ids(command.customer_id))
    hint = f" (did you mean {' or '.join(close)}?)" if close else ""
    problem = f"{command.customer_id} has no {command.workflow_id!r:.80}{hint}"
    return InvalidRequest("workflowRequest.workflowId", problem, "a workflow of the tenant")
