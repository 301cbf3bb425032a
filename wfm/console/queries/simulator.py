"""What Simulator shows: AMC's own runs, the faults in force, its clock, and what is set of its workflows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.simulated_amc import ECHOES, MakeAmc, SimulatedDurations, SimulatedFault, SimulatedRun

MOST_RUNS: Final = 100


@dataclass(frozen=True, slots=True)
class SimulatorView:
    """AMC as the simulator knows it.

    `speed` is how much faster its clock goes than ours, `echo` how it shows workflows, in words.
    """

    speed: float
    faults: Sequence[SimulatedFault]
    kinds: Mapping[str, str]
    runs: Sequence[SimulatedRun]
    echo: str
    durations: Sequence[SimulatedDurations]
    most: int = MOST_RUNS


def reader(make: MakeAmc) -> Callable[[Wfm, Given], SimulatorView]:
    """What reads the page: five calls of the simulator, and a scan of Tenants for their names."""

    def read_simulator(wfm: Wfm, _given: Given) -> SimulatorView:
        amc = make(wfm)
        runs, shown = amc.latest_runs(MOST_RUNS), ECHOES[amc.echo(None)]
        return SimulatorView(amc.clock(None), amc.faults(), amc.fault_kinds, runs, shown, amc.durations())

    return read_simulator
