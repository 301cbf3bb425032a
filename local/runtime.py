"""WFM on this machine: the emulator, the AMC simulator, and the synthesized assembly deployed between them.

    with Runtime() as runtime:
        wfm = runtime.wfm()

Both servers are child processes that end with this one, however it ends.
"""

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.configuration import Configuration
from local.amc_simulator.oauth import Credential
from local.amc_simulator.process import AmcSimulator
from local.emulator import DeploymentError, Emulator, EmulatorError, ServerSettings, deploy
from local.emulator.assembly import read_stack
from local.synthesis import ASSEMBLY, REPOSITORY
from wfm.client.connection import Connection, local_connection
from wfm.client.local_state import is_listening
from wfm.client.stack_names import AMC_ENDPOINTS, StackOutput
from wfm.client.wfm import Wfm
from wfm.errors import LocalRuntimeError

ROOT: Final = REPOSITORY / "build" / "local"
# A state machine's waits and the pauses between its tries take a tenth of their time: nobody throttles us here.
BRISK: Final = ServerSettings(wait_scale=0.1)


def forget_aws_settings() -> None:
    """Take a developer's own AWS settings out of this process, so that they do not reach its children."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]


class Runtime:
    """Started on entry, gone on exit. LocalRuntimeError, one sentence, if it cannot be."""

    def __init__(
        self,
        assembly: Path = ASSEMBLY,
        *,
        name: str = "runtime",
        port: int = 0,
        root: Path = ROOT,
        configuration: Configuration | None = None,
        settings: ServerSettings = BRISK,
    ) -> None:
        """`port` (0: any free one) and `settings` are the emulator's; `configuration` is the simulator's at first."""
        self._assembly = assembly
        self._configuration = configuration
        self._running = ExitStack()
        self.emulator = Emulator(name, port=port, settings=settings, root=root)
        self.simulator_url = ""
        self.stack = ""
        self.outputs: dict[str, str] = {}

    def start(self) -> Self:
        """Start both and deploy."""
        with ExitStack() as starting:
            try:
                self._start(starting)
            except (EmulatorError, DeploymentError, OSError) as exc:
                raise LocalRuntimeError(str(exc)) from exc
            self._running = starting.pop_all()
        return self

    def _start(self, running: ExitStack) -> None:
        emulator = running.enter_context(self.emulator)
        session = emulator.session()
        simulator = AmcSimulator(
            configuration=self._configuration,
            environment=emulator.environment(),
            log=emulator.folder / "amc_simulator.log",
        )
        self.simulator_url = running.enter_context(simulator).url
        self.stack = read_stack(self._assembly, session.region_name).name
        self.outputs = deploy(self._assembly, session, parameters={AMC_ENDPOINTS: simulator.endpoints()})
        self._put_logins({"default": Credential()})

    def stop(self) -> None:
        """Stop both; harmless when they are stopped."""
        self._running.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def connection(self) -> Connection:
        """How a client reaches it."""
        region = self.emulator.session().region_name
        return local_connection(self.emulator.endpoint, region, self.stack, self.simulator_url)

    def wfm(self) -> Wfm:
        """A client of the deployed WFM."""
        return Wfm(connection=self.connection)

    def simulator(self) -> SimulatorClient:
        """A client of the simulator's own routes."""
        return SimulatorClient.by_http(self.simulator_url)

    def add_login(self, auth_id: str) -> None:
        """Credentials of an application of its own: AMC throttles by application, and WFM has a rate limit for each."""
        login = Credential(client_id=f"client-{auth_id}", client_secret="hush", refresh_token=f"Atzr|{auth_id}")  # noqa: S106
        self.simulator().add_credential(login)
        secret = self.emulator.session().client("secretsmanager").get_secret_value(SecretId=self._secret)
        known = json.loads(secret["SecretString"])
        self._put_logins({name: Credential.model_validate(each) for name, each in known.items()} | {auth_id: login})

    def _put_logins(self, logins: Mapping[str, Credential]) -> None:
        """Put the logins into the secret, in the shape that WFM expects of people's."""
        text = json.dumps({name: each.model_dump(exclude={"entity_ids"}) for name, each in logins.items()})
        self.emulator.session().client("secretsmanager").put_secret_value(SecretId=self._secret, SecretString=text)

    @property
    def _secret(self) -> str:
        return self.outputs[StackOutput.AMC_CREDENTIALS_SECRET_ARN]

    def answers(self) -> bool:
        """Whether both servers still take connections."""
        return is_listening(self.emulator.endpoint) and is_listening(self.simulator_url)
