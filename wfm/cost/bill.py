"""A month's bill: each use times its price."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypedDict

from wfm.cost import ours, predecessors
from wfm.cost.delivered import OF_RUNS
from wfm.cost.prices import PriceTable
from wfm.cost.uses import Use
from wfm.cost.workload import Workload


class Design(StrEnum):
    """Whose month it is: WFM's, or that of one of the designs before it."""

    WFM = "wfm"
    V1 = "v1"
    V3 = "v3"


_MONTHS: Final[Mapping[Design, Callable[[Workload], dict[str, list[Use]]]]] = {
    Design.WFM: ours.month,
    Design.V1: predecessors.first_month,
    Design.V3: predecessors.third_month,
}


class LineDocument(TypedDict):
    """A line in JSON."""

    part: str
    price: str
    what: str
    number: float
    basis: str
    dollars: float


@dataclass(frozen=True)
class Line:
    """One use; `part` is who causes it."""

    part: str
    use: Use
    dollars: float

    def as_json(self) -> LineDocument:
        """The line, rounded to what a reader can use."""
        use = self.use
        return {
            "part": self.part, "price": use.price.value, "what": use.what, "number": round(use.number, 6),
            "basis": use.basis.value, "dollars": round(self.dollars, 6),
        }  # fmt: skip


@dataclass(frozen=True)
class Bill:
    """Lines with the dearest first in each part; what one more idle tenant and one more run cost."""

    design: Design
    workload: Workload
    prices: PriceTable
    lines: tuple[Line, ...]

    @property
    def dollars(self) -> float:
        """The sum."""
        return sum(line.dollars for line in self.lines)

    def part(self, name: str) -> float:
        """The sum of one part."""
        return sum(line.dollars for line in self.lines if line.part == name)

    @property
    def idle_tenant(self) -> float:
        """Of one tenant without runs, a month."""
        one = replace(self.workload, runs_a_day=0)
        return bill(self.design, one, self.prices).part("tenants, idle") / one.tenants

    @property
    def run(self) -> float:
        """Of one run, on the average of the month, with the delivery of its result."""
        return (self.part("runs") + self.part(OF_RUNS)) / self.workload.runs if self.workload.runs else 0.0


def bill(design: Design, workload: Workload, prices: PriceTable) -> Bill:
    """The bill for a month."""
    lines = [
        Line(part, use, prices.prices[use.price].of(use.number))
        for part, uses in _MONTHS[design](workload).items()
        for use in sorted(uses, key=lambda use: -prices.prices[use.price].of(use.number))
    ]
    return Bill(design, workload, prices, tuple(lines))
