"""What the console needs of a simulated AMC. Only a local runtime has one; its package `local` implements this."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from wfm.client.wfm import Wfm

# How AMC shows workflows and parameter values, in words, and how its runs may end.
ECHOES: Final = {"amc": "in a form of its own", "verbatim": "as they were sent"}
OUTCOMES: Final = ("SUCCEEDED", "FAILED", "REJECTED", "CANCELLED")


@dataclass(frozen=True, slots=True)
class SimulatedRun:
    """A run as AMC itself knows it. `customer_id` is "" for an instance that no tenant has, times are ISO 8601."""

    run_id: str
    customer_id: str
    workflow_id: str
    status: str
    reason: str
    is_external: bool
    created: str | None
    started: str | None
    ended: str | None


@dataclass(frozen=True, slots=True)
class SimulatedFault:
    """A fault in force: `what` happens to calls. `times` None: until somebody ends it; `customer_id` "": to all."""

    number: int
    what: str
    customer_id: str
    times: int | None
    probability: float
    applied: int


@dataclass(frozen=True, slots=True)
class SimulatedDurations:
    """How later runs of a workflow go; `customer_id` "": in all instances. `minutes` are of AMC's time."""

    workflow_id: str
    customer_id: str
    minutes: float
    outcome: str
    reason: str


class SimulatedAmc(Protocol):
    """What can be seen of AMC, and done to it. UsageError for what cannot be, LocalRuntimeError if it is away."""

    @property
    def fault_kinds(self) -> Mapping[str, str]:
        """What can go wrong with calls, in words by its name."""

    def latest_runs(self, most: int) -> Sequence[SimulatedRun]:
        """AMC's newest runs, whoever started them, the newest first."""

    def faults(self) -> Sequence[SimulatedFault]:
        """The faults in force."""

    def trouble(self, kind: str, times: int | None, probability: float, customer_id: str | None) -> tuple[int, str]:
        """Put a fault in force; its number, and what it does in words."""

    def mend(self, number: int | None) -> None:
        """End one fault, or all."""

    def clock(self, speed: float | None) -> float:
        """How much faster AMC's time passes than ours; set if a speed is given."""

    def echo(self, kind: str | None) -> str:
        """How AMC shows workflows, one of ECHOES; set if one is given."""

    def durations(self) -> Sequence[SimulatedDurations]:
        """What is set of workflows' later runs."""

    def set_durations(
        self, workflow_id: str, customer_id: str | None, minutes: float | None, outcome: str | None, reason: str | None
    ) -> None:
        """Have a workflow's later runs take so long and end so; as ever again where neither is given."""

    def start_elsewhere(self, workflow_id: str, customer_id: str, minutes: float | None) -> str:
        """Start a run past WFM; AMC's id of it."""


MakeAmc = Callable[[Wfm], SimulatedAmc]
