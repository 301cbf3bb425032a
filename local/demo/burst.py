"""The burst itself: send, spoil AMC for a while, and watch until every request has its outcome."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from local.demo import scenario
from local.demo.board import Board
from local.demo.scenario import Planned
from local.examples import ExampleTenant
from local.runtime import Runtime
from wfm.client.stack_names import StackOutput
from wfm.client.wfm import Wfm
from wfm.errors import LocalRuntimeError

LOOK_SECONDS: Final = 1.0
NOTICE_SECONDS: Final = 30.0
LOG_SECONDS: Final = 5.0

Say = Callable[[str], None]


def start_elsewhere(runtime: Runtime, tenant: ExampleTenant, execution: dict[str, object]) -> str:
    """Start a run behind WFM's back, have WFM poll the tenant, and wait until it has noticed; the run's id."""
    simulator, workflow_id = runtime.simulator(), str(execution["workflowId"])
    simulator.set_behaviour(workflow_id, scenario.EXTERNAL, tenant.instance_id)
    execution_id = str(simulator.start_externally(tenant.instance_id, execution, pool="API")["workflowExecutionId"])
    simulator.set_behaviour(workflow_id, None, tenant.instance_id)
    runtime.emulator.client("stepfunctions").start_execution(
        stateMachineArn=runtime.outputs[StackOutput.EXECUTION_TRACKING_ARN],
        input=f'{{"customerId": "{tenant.customer_id}"}}',
    )
    wfm = runtime.wfm()
    deadline = time.monotonic() + NOTICE_SECONDS
    while execution_id not in [run.run_id for run in wfm.runs.list(tenant.customer_id)]:
        if time.monotonic() > deadline:
            raise LocalRuntimeError(f"WFM did not notice a run started elsewhere within {NOTICE_SECONDS:.0f} s")
        time.sleep(0.2)
    return execution_id


def send(wfm: Wfm, requests: Sequence[Planned]) -> float:
    """Send all of them, as fast as it goes; the time of the first (epoch seconds)."""
    first = time.time()
    for request in requests:
        ids = request.workflow_id, request.customer_id
        wfm.requests.submit(*ids, request_id=request.request_id, **request.arguments)
    return first


def watch(runtime: Runtime, board: Board, say: Say, *, log: bool) -> None:
    """Keep the board up to date, with a phase of faults, until all have ended or it takes too long.

    With `log` its lines are said every few seconds, for an output on which nothing can be drawn anew.
    """
    wfm, simulator = runtime.wfm(), runtime.simulator()
    said = 0.0
    faults_end = scenario.FAULTS_FROM + scenario.FAULTS_FOR
    while not board.all_ended() and board.elapsed() < scenario.LONGEST:
        if not board.faults_on and scenario.FAULTS_FROM <= board.elapsed() < faults_end:
            simulator.add_faults(*scenario.FAULTS)
            board.faults_on = True
            say("AMC answers with 429 and 503 from now on, and drops some answers after accepting")
        if board.faults_on and board.elapsed() >= faults_end:
            simulator.clear_faults()
            board.faults_on = False
            say(f"AMC works again; {spoilt_calls(simulator.faults()['applied'])}")
        _poll(runtime, wfm, board)
        if log and board.elapsed() >= said + LOG_SECONDS:
            said = board.elapsed()
            for line in board.as_lines():
                say(line)
        time.sleep(LOOK_SECONDS)
    simulator.clear_faults()
    board.faults_on = False


def spoilt_calls(applied: Mapping[str, int]) -> str:
    """How much of the plan of faults was applied; `applied` counts by the numbers of the rules, which begin at 1."""
    names = ["dropped answer" if fault.drop else f"{fault.method} answered {fault.status}" for fault in scenario.FAULTS]
    return ", ".join(f"{applied.get(str(number), 0)} x {name}" for number, name in enumerate(names, 1))


def _poll(runtime: Runtime, wfm: Wfm, board: Board) -> None:
    simulator = runtime.simulator()
    levels = simulator.concurrency()
    for tenant in board.tenants:
        board.in_amc[tenant.customer_id] = levels.get(tenant.instance_id, {}).get("all", {}).get("unfinished", 0)
        board.states |= {request.request_id: request.status for request in wfm.requests.list(tenant.customer_id)}
    board.faults_applied = sum(simulator.faults()["applied"].values())
