"""A simulated AMC that a test fills by hand, for pages that only show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wfm.console.simulated_amc import SimulatedDurations, SimulatedFault, SimulatedRun


@dataclass
class FakeAmc:
    """Implements `SimulatedAmc`; nothing is ever done to it."""

    runs: list[SimulatedRun] = field(default_factory=list)
    troubles: list[SimulatedFault] = field(default_factory=list)
    behaviours: list[SimulatedDurations] = field(default_factory=list)

    @property
    def fault_kinds(self) -> Mapping[str, str]:
        return {"throttle": "every call is throttled (429)", "outage": "every call fails (503)"}

    def latest_runs(self, most: int) -> Sequence[SimulatedRun]:
        return self.runs[:most]

    def faults(self) -> Sequence[SimulatedFault]:
        return self.troubles

    @staticmethod
    def trouble(kind: str, times: int | None, probability: float, customer_id: str | None) -> tuple[int, str]:
        raise AssertionError((kind, times, probability, customer_id))

    @staticmethod
    def mend(number: int | None) -> None:
        raise AssertionError(number)

    @staticmethod
    def clock(speed: float | None) -> float:
        assert speed is None
        return 40.0

    @staticmethod
    def echo(kind: str | None) -> str:
        assert kind is None
        return "amc"

    def durations(self) -> Sequence[SimulatedDurations]:
        return self.behaviours

    @staticmethod
    def set_durations(
        workflow_id: str, customer_id: str | None, minutes: float | None, outcome: str | None, reason: str | None
    ) -> None:
        raise AssertionError((workflow_id, customer_id, minutes, outcome, reason))

    @staticmethod
    def start_elsewhere(workflow_id: str, customer_id: str, minutes: float | None) -> str:
        raise AssertionError((workflow_id, customer_id, minutes))
