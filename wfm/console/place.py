"""Which deployment a console shows; the head of each page says it, so that nobody mistakes one for another."""

from dataclasses import dataclass
from typing import Final, Self
from zlib import crc32

from wfm.client.loopback import is_on_this_machine
from wfm.client.wfm import Wfm

COLOURS: Final = 6


@dataclass(frozen=True, slots=True)
class Place:
    """A deployment and where it is."""

    is_local: bool
    account: str
    region: str
    stack: str
    person: str  # who works here: what is changed says it

    @classmethod
    def of(cls, wfm: Wfm) -> Self:
        """Where the client's deployment is, by the ARN of one of its machines."""
        region, account = wfm.aws.deployment.tenant_onboarding_arn.split(":")[3:5]
        is_local = wfm.connection.is_local or is_on_this_machine(wfm.connection.endpoint_url or "")
        return cls(is_local, account, region, wfm.stack, wfm.aws.caller)

    @property
    def colour(self) -> str:
        """The class of its colour: one for this machine, and one of six for each deployment on AWS."""
        return "local" if self.is_local else f"aws{crc32(self.words.encode()) % COLOURS}"

    @property
    def words(self) -> str:
        """What the head says."""
        return f"LOCAL · {self.stack}" if self.is_local else f"AWS {self.account} · {self.region} · {self.stack}"
