"""What Machines, Machine and Execution show: the state machines, their latest executions, and one on its drawing."""

import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from wfm.client.adapters.machine_reader import PAGE_SIZE as MOST_KNOWN
from wfm.client.deployment import EXPRESS
from wfm.client.machines import MachineExecution
from wfm.client.runs.search import AT_A_TIME
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.queries.graph import Graph, read_graph
from wfm.errors import UnknownRunError, UsageError
from wfm.model.execution_names import name_of, readable

MOST_LISTED: Final = 100
STATUSES: Final = ("RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE")
PURPOSES: Final[Mapping[str, str]] = {
    "tenant_onboarding": "brings a tenant to what its TPS record says",
    "tenant_offboarding": "takes a tenant out of service",
    "library_rollout": "brings a workflow of the library to its tenants",
    "workflow_sync": "brings a workflow of a tenant to AMC",
    "execution_lifecycle": "carries a request from its message to its outcome",
    "execution_tracking": "polls AMC, each minute and when somebody asks",
    "backfill": "sends the requests of many windows",
}
_NAME: Final = re.compile(r"[^\s:/]{1,80}")


@dataclass(frozen=True, slots=True)
class MachineLine:
    """A machine. `latest` is None where it has no execution that Step Functions remembers."""

    name: str
    running: int
    latest: MachineExecution | None

    @property
    def purpose(self) -> str:
        """What it does, in a few words."""
        return PURPOSES[self.name]

    @property
    def is_express(self) -> bool:
        """Whether Step Functions keeps no list of its executions."""
        return self.name == EXPRESS

    @property
    def more(self) -> bool:
        """Whether more of them may run than were counted."""
        return self.running >= MOST_KNOWN


@dataclass(frozen=True, slots=True)
class MachineView:
    """The latest executions of a machine that fit the filter. `read` is how many were looked through."""

    name: str
    executions: Sequence[tuple[str, MachineExecution]]
    found: int
    read: int
    statuses: Sequence[str] = STATUSES

    @property
    def purpose(self) -> str:
        """What it does, in a few words."""
        return PURPOSES[self.name]

    @property
    def is_whole(self) -> bool:
        """Whether all executions that Step Functions remembers were looked through."""
        return self.read < MOST_KNOWN


@dataclass(frozen=True, slots=True)
class ExecutionView:
    """One execution on its machine. `about` is what its address names it by, "" if by its own name."""

    machine: str
    name: str
    about: str
    graph: Graph


def read_machines(wfm: Wfm, _given: Given) -> Sequence[MachineLine]:
    """All machines; two calls for each."""
    machines, reader = wfm.aws.deployment.machines, wfm.aws.machines

    def line(name: str) -> MachineLine:
        if name == EXPRESS:
            return MachineLine(name, 0, None)
        latest = reader.latest(machines[name])
        return MachineLine(name, len(reader.latest(machines[name], running=True)), newest(latest))

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return list(pool.map(line, machines))


def read_machine(wfm: Wfm, given: Given) -> MachineView:
    """The executions that the address names: one call."""
    machine, status = machine_named(wfm, given), given.one_of("status", STATUSES)
    known = wfm.aws.machines.latest(wfm.aws.deployment.machines[machine])
    beginning = readable(*ids_in(given))
    fitting = [
        (name_of(one.arn), one)
        for one in sorted(known, key=lambda one: one.started, reverse=True)
        if name_of(one.arn).startswith(beginning) and status in ("", one.status)
    ]
    return MachineView(machine, fitting[:MOST_LISTED], len(fitting), len(known))


def read_execution(wfm: Wfm, given: Given) -> ExecutionView:
    """The execution of that name, or the newest about a tenant, a workflow, or a workflow of a tenant."""
    machine, name, ids = machine_named(wfm, given), given.text("name"), ids_in(given)
    arn = wfm.aws.deployment.machines[machine]
    if not name:
        name = _newest_about(wfm, machine, arn, ids)
    elif not _NAME.fullmatch(name):
        raise UsageError(f"name: {name!r:.80} is none of an execution; allowed: 80 characters without blanks, : and /")
    graph = read_graph(wfm, f"{arn.replace(':stateMachine:', ':execution:')}:{name}")
    return ExecutionView(machine, name, " ".join(ids), graph)


def machine_named(wfm: Wfm, given: Given) -> str:
    """The machine that the address names; UsageError names those that there are."""
    given.needed("machine")
    return given.one_of("machine", list(wfm.aws.deployment.machines))


def ids_in(given: Given) -> Sequence[str]:
    """The ids that an execution is about: what its name begins with."""
    return [text for text in (given.text("tenant"), given.text("workflow")) if text]


def newest(executions: Sequence[MachineExecution]) -> MachineExecution | None:
    """The one that began last."""
    return max(executions, key=lambda one: one.started, default=None)


def _newest_about(wfm: Wfm, machine: str, arn: str, ids: Sequence[str]) -> str:
    if not ids:
        raise UsageError("name: is missing in the address; allowed: a name, or tenant, workflow, or both of them")
    # Executions that the client starts have the customer id in their names as it is.
    names = {readable(*ids), "-".join(ids)}
    about = re.compile(f"({'|'.join(map(re.escape, names))})-[0-9a-f]{{32}}")
    known = wfm.aws.machines.latest(arn)
    found = newest([one for one in known if about.fullmatch(name_of(one.arn))])
    if found is None:
        words = " ".join(ids)
        raise UnknownRunError(f"{machine} has no execution about {words!r:.200} among its {len(known)} latest")
    return name_of(found.arn)
