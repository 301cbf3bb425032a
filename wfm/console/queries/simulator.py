"""What Simulator shows: AMC's own runs, the faults in force, and its clock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.console.simulated_amc import MakeAmc, SimulatedFault, SimulatedRun

MOST_RUNS: Final = 100


@dataclass(frozen=True, slots=True)
class SimulatorView:
    """AMC as the simulator knows it. `speed` is how much faster its clock goes than ours."""

    speed: float
    faults: Sequence[SimulatedFault]
    kinds: Mapping[str, str]
    runs: Sequence[SimulatedRun]
    most: int = MOST_RUNS


def reader(make: MakeAmc) -> Callable[[Wfm, Given], SimulatorView]:
    """What reads the page: four calls of the simulator, and a scan of Tenants for their names."""

    def read_simulator(wfm: Wfm, _given: Given) -> SimulatorView:
        amc = make(wfm)
        return SimulatorView(amc.clock(None), amc.faults(), amc.fault_kinds, amc.latest_runs(MOST_RUNS))

    return read_simulator
