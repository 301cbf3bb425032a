"""What the demo says at the end: the timeline, a table, the numbers; and the page that `wfm report` makes of runs."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from local.demo import measures, timeline
from local.demo.summary import Truth
from wfm.client.times import duration
from wfm.report.page import report_page

LABEL: Final = 11  # characters of a timeline's label


def tenants_table(truth: Truth, summary: Mapping[str, Any]) -> Table:
    """A row a tenant."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in (
        "tenant",
        "requests",
        "succeeded",
        "failed",
        "most at once",
        "limit",
        "slot wait",
        "AMC run",
        "noticed after",
    ):
        table.add_column(heading, justify="left" if heading == "tenant" else "right")
    runs = {run.execution_id: run for run in truth.runs}
    for customer, limit in truth.limits.items():
        outcomes = [outcome for outcome in truth.outcomes if outcome.customer_id == customer]
        succeeded = sum(outcome.status == "SUCCEEDED" for outcome in outcomes)
        mine = [runs[outcome.execution_id] for outcome in outcomes if outcome.execution_id in runs]
        table.add_row(
            customer,
            str(len(outcomes)),
            str(succeeded),
            str(len(outcomes) - succeeded),
            str(summary["max_concurrent"][customer]),
            str(limit),
            _median([_between(outcome, "WAITING", "SUBMITTING") for outcome in outcomes]),
            _median([run.ended - run.created if run.ended else None for run in mine]),
            _median(measures.seconds_to_outcome(outcomes, mine)),
        )
    table.caption = "times are medians"
    table.caption_justify = "left"
    return table


def _between(outcome: measures.Outcome, first: str, second: str) -> float | None:
    reached = outcome.reached
    return reached[second] - reached[first] if first in reached and second in reached else None


def _median(values: Sequence[float | None]) -> str:
    middle = measures.percentile([value for value in values if value is not None], 0.5)
    return "" if middle is None else duration(middle)


def numbers(truth: Truth, summary: Mapping[str, Any]) -> Text:
    """The summary in words."""
    delays = summary["seconds_to_outcome"]
    most = measures.most_transitions(truth.paths, faults=True)
    return Text(
        f"{summary['requests']} requests: {summary['succeeded']} succeeded, {summary['failed']} failed,"
        f" {summary['lost']} lost, {summary['duplicates']} run twice.\n"
        f"{summary['external_seen']} run started elsewhere was noticed and given a slot.\n"
        f"Step Functions transitions per run: {summary['standard_transitions_per_run']} at most without faults,"
        f" {most} at most with all repetitions.\n"
        f"AMC calls per run: {summary['amc_calls_per_run']}, tracking and repetitions included.\n"
        f"From AMC's end to the recorded outcome: median {delays['median']} s, 95th percentile {delays['p95']} s."
    )


def report(truth: Truth, summary: Mapping[str, Any], sent: float, width: int) -> RenderableType:
    """The demo's whole report, for a console of `width` characters."""
    picture = Table.grid(padding=(0, 1))
    lines = timeline.lines_of(truth.outcomes, truth.runs, sent)
    for label, bar in timeline.drawn(lines, sent, max(width - LABEL - 2, 20)):
        picture.add_row(Text(label, "dim"), bar)
    gap = Text("")
    return Group(gap, picture, gap, timeline.legend(), gap, tenants_table(truth, summary), gap, numbers(truth, summary))


def save_page(path: Path, truth: Truth, sent: float) -> None:
    """The burst as a page."""
    lines = timeline.lines_of(truth.outcomes, truth.runs, sent)
    end = max((line.end for line in lines), default=sent)
    path.write_text(report_page(lines, sent, end, end), encoding="utf-8")
