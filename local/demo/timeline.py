"""The burst on a terminal: a line for each request with its wait in the queue, its wait for a slot, and its AMC run."""

from collections.abc import Sequence
from typing import Final

from rich.text import Text

from local.demo.measures import AmcRun, Outcome
from wfm.client.runs.search import EXTERNAL
from wfm.report.spans import GOOD, QUEUE, RECORD, RUN, SLOT, SUBMIT, Line, Span, amc_marks, spans

ELSEWHERE: Final = "elsewhere"
STYLES: Final = {
    QUEUE: ("·", "bright_black"),
    SLOT: ("░", "yellow"),
    SUBMIT: ("▒", "cyan"),
    RUN: ("█", "blue"),
    RECORD: ("▓", "green"),
    ELSEWHERE: ("█", "magenta"),
}
BAD: Final = "red"


def line_of(outcome: Outcome, sent: float, run: AmcRun | None) -> Line:
    """Where a request's time went since the burst began at `sent`; parts that never began are left out."""
    reached = outcome.reached
    marks = [
        (QUEUE, sent),
        (SLOT, reached.get("WAITING")),
        (SUBMIT, reached.get("SUBMITTING")),
        *amc_marks(run.created if run else None, run.ended if run else None),
        (RECORD, run.ended if run else None),
    ]
    end = reached.get("ENDED", max(reached.values(), default=sent))
    workflow = run.workflow_id if run else str(outcome.body.get("workflowId", ""))
    parts = spans(marks, end)
    return Line(
        outcome.customer_id, outcome.request_id, workflow, outcome.status, "demo", "", parts, "ENDED" in reached
    )


def lines_of(outcomes: Sequence[Outcome], runs: Sequence[AmcRun], sent: float) -> list[Line]:
    """Tenant by tenant in the order in which the requests got to AMC; runs of others last."""
    by_id = {run.execution_id: run for run in runs}
    ordered = sorted(outcomes, key=lambda o: (o.customer_id, o.reached.get("RUNNING", sent), o.request_id))
    lines = [line_of(outcome, sent, by_id.get(outcome.execution_id or "")) for outcome in ordered]
    latest = max((line.end for line in lines), default=sent)
    others = [run for run in runs if run.is_external]
    latest = max([latest, *(run.ended or sent for run in others)])
    for run in others:
        start = max(run.created, sent)
        part = Span(RUN, start, max(run.ended or latest, start))
        name, workflow = run.execution_id, run.workflow_id
        lines.append(Line(run.customer_id, name, workflow, run.status, EXTERNAL, "", [part], run.ended is not None))
    return lines


def bar(line: Line, sent: float, scale: float) -> Text:
    """`scale` is characters per second. Everything begins and ends at the cell that its time falls into."""
    text = Text()
    for part in line.spans:
        first, last = round((part.start - sent) * scale), round((part.end - sent) * scale)
        symbol, style = STYLES[ELSEWHERE if line.external else part.kind]
        bad = line.status != GOOD and not line.external and part.kind in (RUN, RECORD)
        text.append(" " * max(first - len(text), 0))
        text.append(symbol * max(last - len(text), 0), BAD if bad else style)
    return text


def axis(longest: float, scale: float) -> Text:
    """Marks every ten seconds, every thirty if the line gets long."""
    step = 10 if longest <= 100 else 30
    text = Text(style="dim")
    for second in range(0, int(longest) + 1, step):
        mark = f"|{second} s"
        at = round(second * scale)
        if at >= len(text):
            text.append(" " * (at - len(text)) + mark)
    return text


def legend() -> Text:
    """What the symbols stand for."""
    return Text("   ").join(Text.assemble((symbol, style), f" {kind}") for kind, (symbol, style) in STYLES.items())


def drawn(lines: Sequence[Line], sent: float, width: int) -> list[tuple[str, Text]]:
    """Labels and bars, and the axis below them."""
    longest = max(max((line.end for line in lines), default=sent) - sent, 1.0)
    scale = width / longest
    bars = [(ELSEWHERE if line.external else line.run_id, bar(line, sent, scale)) for line in lines]
    return [*bars, ("", axis(longest, scale))]
