"""The live picture: a line for each tenant with a cell for each of its requests."""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.table import Table
from rich.text import Text

from local.demo.measures import ENDED
from local.examples import ExampleTenant
from wfm.cli.output import COLOURS
from wfm.client.records import BUFFERED

CELL: Final = "■"
LEGEND: Final = (BUFFERED, "QUEUED", "WAITING", "SUBMITTING", "RUNNING", "SUCCEEDED", "FAILED")


@dataclass(slots=True)
class Board:
    """The demo's present state. `states` has each request's, `in_amc` the unfinished runs of each tenant."""

    tenants: Sequence[ExampleTenant]
    asked: Mapping[str, Sequence[str]]
    states: dict[str, str] = field(default_factory=dict)
    in_amc: dict[str, int] = field(default_factory=dict)
    faults_on: bool = False
    faults_applied: int = 0
    started: float = field(default_factory=time.monotonic)

    def state(self, request_id: str) -> str:
        """The request's status; BUFFERED while it has no row, since it is in its queue."""
        return self.states.get(request_id, BUFFERED)

    def all_ended(self) -> bool:
        """Whether every request has its outcome."""
        return all(self.state(request) in ENDED for requests in self.asked.values() for request in requests)

    def counts(self, customer_id: str) -> str:
        """How many of a tenant's requests are where."""
        count = Counter(self.state(request) for request in self.asked[customer_id])
        return ", ".join(
            f"{count[state]} {state.lower()}" for state in (*LEGEND, "REJECTED", "CANCELLED") if count[state]
        )

    def elapsed(self) -> float:
        """Seconds since the burst."""
        return time.monotonic() - self.started

    def as_lines(self) -> list[str]:
        """A line a tenant, for a log."""
        return [
            f"{tenant.customer_id}: {self.in_amc.get(tenant.customer_id, 0)} of {tenant.limit} in AMC;"
            f" {self.counts(tenant.customer_id)}"
            for tenant in self.tenants
        ]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        faults = Text("on", "bold red") if self.faults_on else Text("off", "green")
        heading = Text.assemble(
            f"{self.elapsed():5.0f} s   AMC's faults: ", faults, f" ({self.faults_applied} calls spoilt so far)"
        )
        table = Table("tenant", "in AMC", "requests", "", box=None, pad_edge=False, header_style="dim")
        for tenant in self.tenants:
            table.add_row(
                tenant.customer_id,
                f"{self.in_amc.get(tenant.customer_id, 0):2} of {tenant.limit}",
                self._cells(tenant.customer_id),
                self.counts(tenant.customer_id),
            )
        legend = Text("  ").join(Text(f"{CELL} {state.lower()}", COLOURS[state]) for state in LEGEND)
        yield Group(heading, table, legend)

    def _cells(self, customer_id: str) -> Text:
        return Text.assemble(*((CELL, COLOURS[self.state(request)]) for request in self.asked[customer_id]))
