"""How much the result of a run differs from that of another one, such as the run whose place it takes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from wfm.client.runs.run import Run
from wfm.errors import UsageError
from wfm.model.amc_run import AmcRun
from wfm.model.result_changes import metrics_of, same_definition
from wfm.model.result_totals import ResultChange, compare, totals

Rows = Callable[[Run], Iterator[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs, and how much the newer one's result differs."""

    before: Run
    after: Run
    change: ResultChange

    @property
    def has_same_definition(self) -> bool | None:
        """Whether one definition made both; None if that is not known of one of them."""
        return same_definition(_in_amc(self.before), _in_amc(self.after))

    @property
    def has_same_window(self) -> bool:
        """Whether both read the same window."""
        return self.before.window == self.after.window

    @property
    def runs(self) -> tuple[Run, Run]:
        """Both, the older first."""
        return self.before, self.after

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        return {
            "customerId": self.after.either.customer_id,
            "before": self.before.summary(),
            "after": self.after.summary(),
            "sameDefinition": self.has_same_definition,
            "sameWindow": self.has_same_window,
        } | self.change.to_field()


def compared(before: Run, after: Run, rows: Rows) -> Comparison:
    """Both results, read once each."""
    metrics = metrics_of(_in_amc(before), _in_amc(after))
    older, newer = (totals(rows(each), metrics) for each in (before, after))
    return Comparison(before, after, compare(older, newer))


def _in_amc(run: Run) -> AmcRun:
    """Without any fields if AMC has not taken it."""
    return AmcRun(run.execution.row if run.execution else {})


def superseded_id(run: Run) -> str:
    """The AMC run whose place a run takes; UsageError for one that takes nobody's."""
    if run.supersedes is None:
        allowed = "two runs, or one that was made again of a window (docs/refresh.md)"
        raise UsageError(f"{run.run_id}: it takes the place of no other run; allowed: {allowed}")
    return run.supersedes
