"""The whole state of a simulator and the few operations that routes share.

One event loop owns it, so nothing is locked.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from local.amc_simulator.configuration import Behaviour, Configuration
from local.amc_simulator.delivery import ResultStore
from local.amc_simulator.downloads import LinkSigner
from local.amc_simulator.engine import Engine
from local.amc_simulator.faults import FaultPlan
from local.amc_simulator.instances import Instance
from local.amc_simulator.journal import Journal
from local.amc_simulator.oauth import Credential, TokenService
from local.amc_simulator.runs import Run
from local.amc_simulator.schedule_store import ScheduleStore
from local.amc_simulator.tables import Table
from local.amc_simulator.throttle import Throttle
from local.amc_simulator.workflow_store import WorkflowStore

_STATE: Final = (
    *("engine", "behaviours", "instances", "workflows", "schedules"),
    *("tokens", "faults", "throttle", "journal", "links"),
)


class Simulator:
    """`wall` gives the time (seconds since the epoch); `store` None means that results are not written
    anywhere. `credentials` are known from the beginning.
    """

    def __init__(
        self,
        configuration: Configuration | None = None,
        *,
        wall: Callable[[], float] = time.time,
        store: ResultStore | None = None,
        credentials: Sequence[Credential] = (Credential(),),
    ) -> None:
        self.wall = wall
        self.store = store
        self.changed = asyncio.Event()
        self._initial = configuration or Configuration()
        self._credentials = credentials
        self.reset()

    def reset(self) -> None:
        """As just started: the credentials, nothing else."""
        self.engine = Engine(self._initial, self.wall())
        self.behaviours: dict[tuple[str | None, str], Behaviour] = {}
        self.instances: dict[str, Instance] = {}
        self.workflows = WorkflowStore()
        self.schedules = ScheduleStore()
        self.tokens = TokenService()
        for credential in self._credentials:
            self.tokens.add(credential)
        self.faults = FaultPlan(self._initial.seed)
        self.throttle = Throttle()
        self.journal = Journal()
        self.links = LinkSigner()
        self.changed.set()

    def state(self) -> dict[str, Any]:
        """All that calls change, to be kept elsewhere."""
        return {name: getattr(self, name) for name in _STATE}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Be as when `state` was taken."""
        for name in _STATE:
            setattr(self, name, state[name])

    @property
    def configuration(self) -> Configuration:
        """The configuration in force."""
        return self.engine.configuration

    def configure(self, configuration: Configuration) -> None:
        """Change the configuration in force."""
        self.engine.configure(configuration, self.wall())
        self.changed.set()

    def tables_of(self, instance_id: str) -> tuple[Table, ...]:
        """The tables that an instance's queries may read."""
        instance = self.instances.get(instance_id)
        return tuple(instance.tables()) if instance else ()

    def advance(self) -> None:
        """Let happen what is due."""
        self.engine.advance(self.wall())

    def take_finished(self) -> list[Run]:
        """The runs whose results wait to be written; each is handed out once."""
        finished, self.engine.finished = self.engine.finished, []
        return finished

    def seconds_to_next_change(self) -> float | None:
        """How long nothing will happen by itself."""
        moment = self.engine.next_change()
        return None if moment is None else max(0.0, moment - self.wall())

    def behaviour_of(self, instance_id: str, workflow_id: str) -> Behaviour:
        """What was set for the workflow in the instance, else for the workflow, else the default."""
        for owner in (instance_id, None):
            if behaviour := self.behaviours.get((owner, workflow_id)):
                return behaviour
        return self.configuration.default_behaviour
