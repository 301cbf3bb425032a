"""The live picture of a chain in every tenant: a line for each, with a cell for each of its workflows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from local.demo.board import CELL
from wfm.cli.output import COLOURS
from wfm.client.chains.status import WAITING, ChainStatus

TO_COME: Final = WAITING
GOOD: Final = "SUCCEEDED"


@dataclass(slots=True)
class ChainBoard:
    """`states` has the status of each workflow of each tenant, in the order of the chain; "" where nothing is known."""

    workflows: Sequence[str]
    states: dict[str, list[str]] = field(default_factory=dict)

    def take(self, customer_id: str, chain: ChainStatus | None) -> None:
        """How a tenant's chain stands; None while it has none."""
        known = {step.workflow_id: step.status for step in chain.steps} if chain else {}
        self.states[customer_id] = [known.get(workflow, TO_COME) for workflow in self.workflows]

    def has_ended(self, ended: frozenset[str]) -> bool:
        """Whether all of all tenants have one of these statuses."""
        return bool(self.states) and all(state in ended for states in self.states.values() for state in states)

    def counts(self) -> Mapping[str, int]:
        """How many workflows of all tenants have which status."""
        return Counter(state for states in self.states.values() for state in states)

    def as_line(self) -> str:
        """For a log."""
        return ", ".join(f"{count} {state.lower()}" for state, count in sorted(self.counts().items()))

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        table = Table("client", *self.workflows, box=None, pad_edge=False, header_style="dim")
        for customer_id, states in self.states.items():
            table.add_row(customer_id, *(_cell(state) for state in states))
        yield table


def _cell(state: str) -> Text:
    return Text(f"{CELL} {state.lower()}", COLOURS.get(state, ""))
