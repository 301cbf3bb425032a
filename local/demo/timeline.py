"""The burst as a picture: a line for each request with its wait in the queue, its wait for a slot, and its AMC run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.text import Text

from local.demo.measures import AmcRun, Outcome

QUEUE, SLOT, SUBMIT, RUN, RECORD, EXTERNAL = (
    "in the queue",
    "for a slot",
    "submitting",
    "in AMC",
    "noticing",
    "elsewhere",
)
STYLES: Final = {
    QUEUE: ("·", "bright_black"),
    SLOT: ("░", "yellow"),
    SUBMIT: ("▒", "cyan"),
    RUN: ("█", "blue"),
    RECORD: ("▓", "green"),
    EXTERNAL: ("█", "magenta"),
}
BAD: Final = "red"


@dataclass(frozen=True, slots=True)
class Span:
    """One part of a line, in seconds since the burst."""

    kind: str
    start: float
    end: float


def spans(outcome: Outcome, sent: float, run: AmcRun | None) -> list[Span]:
    """Where a request's time went. `sent` and all results are seconds; parts that never began are left out."""
    reached = outcome.reached
    ended = reached.get("ENDED", max(reached.values(), default=sent))
    marks = [
        (QUEUE, sent),
        (SLOT, reached.get("WAITING")),
        (SUBMIT, reached.get("SUBMITTING")),
        (RUN, run.created if run else None),
        (RECORD, run.ended if run else None),
    ]
    known = [(kind, at) for kind, at in marks if at is not None]
    ends = [at for _, at in known[1:]] + [ended]
    return [Span(kind, at - sent, max(end - sent, at - sent)) for (kind, at), end in zip(known, ends, strict=True)]


def bar(parts: Sequence[Span], scale: float, *, bad: bool = False) -> Text:
    """`scale` is characters per second. Everything begins and ends at the cell that its time falls into."""
    text = Text()
    for part in parts:
        first, last = round(part.start * scale), round(part.end * scale)
        symbol, style = STYLES[part.kind]
        text.append(" " * max(first - len(text), 0))
        text.append(symbol * max(last - len(text), 0), BAD if bad and part.kind in (RUN, RECORD) else style)
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


def lines(outcomes: Sequence[Outcome], runs: Sequence[AmcRun], sent: float, width: int) -> list[tuple[str, Text]]:
    """Labels and bars, tenant by tenant in the order in which the requests got to AMC; runs of others last."""
    by_id = {run.execution_id: run for run in runs}
    external = [run for run in runs if run.is_external]
    latest = max(
        [at for outcome in outcomes for at in outcome.reached.values()] + [run.ended or sent for run in external],
        default=sent,
    )
    longest = max(latest - sent, 1.0)
    scale = width / longest
    ordered = sorted(outcomes, key=lambda o: (o.customer_id, o.reached.get("RUNNING", sent), o.request_id))
    result = [
        (
            outcome.request_id,
            bar(
                spans(outcome, sent, by_id.get(outcome.execution_id or "")),
                scale,
                bad=outcome.status != "SUCCEEDED",
            ),
        )
        for outcome in ordered
    ]
    for run in external:
        start, end = max(run.created - sent, 0), max((run.ended or latest) - sent, 0)
        result.append(("elsewhere", bar([Span(EXTERNAL, start, end)], scale)))
    return [*result, ("", axis(longest, scale))]
