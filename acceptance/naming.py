"""The names of one acceptance, by which all that it makes is found again."""

import re
import secrets
from dataclasses import dataclass
from typing import Final, Self

from acceptance.errors import AcceptanceError

TEAM: Final = "acceptance"
_NAME: Final = re.compile(rf"wfm-{TEAM}-[0-9a-f]{{6}}")


@dataclass(frozen=True)
class Name:
    """`text` is the stack's name, and begins all other names: `wfm-acceptance-3f9a1c`."""

    text: str

    @classmethod
    def new(cls) -> Self:
        """One that no other acceptance has. A queue's name could not be used again within a minute."""
        return cls(f"wfm-{TEAM}-{secrets.token_hex(3)}")

    @classmethod
    def read(cls, text: str) -> Self:
        """The name that an earlier acceptance printed; never that of anything else."""
        if not _NAME.fullmatch(text):
            raise AcceptanceError(f"{text!r} is no name of an acceptance; allowed: wfm-{TEAM}- and six of 0-9 a-f")
        return cls(text)

    @property
    def dataset(self) -> str:
        """The last part, for `wfm --dataset`."""
        return self.text.rpartition("-")[2]

    @property
    def simulator_stack(self) -> str:
        """The stack of the simulator of AMC."""
        return f"{self.text}-amc"

    @property
    def inbox(self) -> str:
        """The queue that gets what the topics say."""
        return f"{self.text}-inbox"

    def assets(self, account: str, region: str) -> str:
        """The bucket of the code, the templates and the simulator's state."""
        return f"{self.text}-{account}-{region}"

    def results(self, customer_id: str) -> str:
        """A tenant's result bucket."""
        return f"{self.text}-results-{customer_id}"
