"""A local runtime with tenants and a small library, as `wfm local up` leaves one."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from local.amc_simulator.configuration import Configuration
from local.emulator import ServerSettings
from local.examples import LIBRARY, TENANTS, bring_up
from local.runtime import Runtime
from local.steering import LocalWorld
from wfm.client.adapters.session import open_session
from wfm.client.connection import Connection
from wfm.client.wfm import Wfm

WORKFLOWS: Final = ("geo_performance", "reach_and_frequency")
SPEED: Final = 60  # of AMC's clock: minutes are seconds
FAST: Final = 10_000
BRISK: Final = ServerSettings(wait_scale=0.02, schedule_scale=0.1)


@dataclass(frozen=True)
class LocalWfm:
    """What a person at a laptop has beside the console: the commands, and AMC's own pages."""

    wfm: Wfm
    connection: Connection

    @property
    def amc(self) -> LocalWorld:
        """As `wfm local amc` does it."""
        return LocalWorld(self.wfm)

    @contextmanager
    def hours_pass(self) -> Iterator[None]:
        """AMC's clock runs so fast that whatever runs ends."""
        self.amc.clock(FAST)
        try:
            yield
        finally:
            self.amc.clock(SPEED)

    def send(self, customer_id: str, message: Mapping[str, object]) -> None:
        """Put a message into the tenant's queue, as another program does."""
        queue = str(self.wfm.tenants.get(customer_id).row["queueUrl"])
        sqs = open_session(self.connection).client("sqs", endpoint_url=self.connection.endpoint_url)
        sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(message), MessageGroupId=customer_id,
                         MessageDeduplicationId=uuid.uuid4().hex)  # fmt: skip


@contextmanager
def running(assembly: Path, root: Path) -> Iterator[LocalWfm]:
    """A runtime of that assembly, in that folder, with the example tenants."""
    configuration = Configuration(clock_factor=SPEED)
    with Runtime(assembly, root=root, configuration=configuration, settings=BRISK) as runtime:
        wfm = runtime.wfm()
        bring_up(runtime.simulator(), runtime.emulator.client("s3"), wfm, TENANTS)
        changes = wfm.library.compare(wfm.library.read(LIBRARY))
        few = [change for change in changes if change.workflow_id in WORKFLOWS]
        *_, statuses = wfm.library.wait(wfm.library.push(few))
        assert all(status.succeeded for status in statuses)
        yield LocalWfm(wfm, runtime.connection)
