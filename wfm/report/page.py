"""Whole pages: one file each, that loads nothing from anywhere and runs no script."""

from collections.abc import Callable, Sequence
from typing import Final

from wfm.client.times import duration
from wfm.report import charts, timeline
from wfm.report.markup import Markup, element, table
from wfm.report.numbers import Figures, by_hour, failed, failures, figures, grouped, thinned
from wfm.report.spans import Line
from wfm.report.style import PAGE

MOST_DRAWN: Final = 2000  # runs, in all timelines of a page
MOST_LISTED: Final = 200  # runs in the table beside the timelines
MOST_WORKFLOWS: Final = 12  # with a picture of their own
MOST_REASONS: Final = 50
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_FIGURES: Final = (
    "runs", "succeeded", "failed", "going on", "started elsewhere", "median time in AMC", "95 %", "longest",
    "median queue wait", "median slot wait",
)  # fmt: skip
_LISTED: Final = ("asked for (UTC)", "customer", "workflow", "run", "status", "source", "took", "reason")


def timeline_page(lines: Sequence[Line], start: float, end: float, made: float) -> str:
    """The runs of a period, tenant by tenant. All times are epoch seconds."""
    return _page("Runs", lines, (start, end, made), [*_timelines(lines, start, end)])


def report_page(lines: Sequence[Line], start: float, end: float, made: float) -> str:
    """The figures of a period, its timelines, durations, failures and busiest hours."""
    parts = [
        _figures("By tenant", "tenant", lines, lambda line: line.customer_id),
        *_timelines(lines, start, end),
        _durations(lines, start, end),
        _figures("By workflow", "workflow", lines, lambda line: line.workflow_id or "(none)"),
        _failures(lines),
        _hours(lines),
    ]
    return _page("Report on runs", lines, (start, end, made), parts)


def _page(title: str, lines: Sequence[Line], times: tuple[float, float, float], parts: Sequence[Markup]) -> str:
    start, end, made = map(timeline.clock, times)
    every = figures("all", lines)
    summary = (
        f"{every.runs} runs: {every.succeeded} succeeded, {every.failed} failed, were refused or cancelled,"
        f" {every.going_on} go on; {every.external} of them were started elsewhere."
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("title", f"WFM: {title.lower()}, {start} to {end} UTC"),
        element("style", Markup(PAGE)),
    )
    period = element("p", f"{start} to {end} UTC, by when they were asked for. Made {made} UTC.", _class="soft")
    body = element(
        "body", element("main", element("h1", title), period, element("p", summary), *parts), timeline.patterns()
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang='en', xmlns='http://www.w3.org/1999/xhtml')}\n"


def _timelines(lines: Sequence[Line], start: float, end: float) -> list[Markup]:
    if not lines:
        return [element("p", "There are no runs in this period.")]
    drawn = thinned(lines, MOST_DRAWN)
    note = f"{len(drawn)} of {len(lines)} runs are drawn, what failed before the others; the figures are of all."
    notes = [element("p", note, _class="soft")] if len(drawn) < len(lines) else []
    sections = [
        element("section", element("h3", customer), timeline.timeline(f"Runs of {customer}", group, start, end))
        for customer, group in sorted(grouped(drawn, lambda line: line.customer_id))
    ]
    return [element("h2", "Timeline"), timeline.legend(), *notes, *sections, _list(drawn)]


def _list(lines: Sequence[Line]) -> Markup:
    newest = sorted(lines, key=lambda line: line.start, reverse=True)[:MOST_LISTED]
    rows = [
        [
            timeline.clock(line.start), line.customer_id, line.workflow_id, line.run_id, line.status, line.source,
            duration(line.end - line.start), line.reason,
        ]
        for line in newest
    ]  # fmt: skip
    words = f"The newest {len(newest)} of these runs" if len(newest) < len(lines) else "These runs"
    return element("details", element("summary", f"{words} as a table"), table(_LISTED, rows, words))


def _figures(title: str, what: str, lines: Sequence[Line], by: Callable[[Line], str]) -> Markup:
    rows = [_row(figures(name, group)) for name, group in grouped(lines, by)]
    caption = "Failed counts what was refused or cancelled too. Times in AMC are of runs that succeeded."
    return element("section", element("h2", title), table((what, *_FIGURES), rows, caption))


def _row(found: Figures) -> list[str]:
    counts = (found.runs, found.succeeded, found.failed, found.going_on, found.external)
    times = (found.median_run, found.p95_run, found.longest_run, found.median_queue, found.median_slot)
    return [
        found.name,
        *map(str, counts),
        *("" if each is None else duration(each).replace(" ", "\u00a0") for each in times),
    ]


def _durations(lines: Sequence[Line], start: float, end: float) -> Markup:
    groups = grouped((line for line in lines if line.workflow_id), lambda line: line.workflow_id)
    drawn = [
        element("figure", element("figcaption", workflow), charts.durations(workflow, group, start, end))
        for workflow, group in groups[:MOST_WORKFLOWS]
    ]
    note = f"The {MOST_WORKFLOWS} that ran most, of {len(groups)}." if len(groups) > MOST_WORKFLOWS else ""
    words = f"Time in AMC of each run, over when it was asked for; a cross is one that failed. {note}"
    heading = element("h2", "Durations by workflow")
    return element("section", heading, element("p", words, _class="soft"), element("div", *drawn, "", _class="pair"))


def _failures(lines: Sequence[Line]) -> Markup:
    found = failures(lines)
    if not found:
        return element("section", element("h2", "Failures by reason"), element("p", "None."))
    total = sum(map(failed, lines))
    rows = [
        [
            each.reason, str(each.count), charts.share_bar(each.count, total), ", ".join(each.workflows[:10]),
            ", ".join(each.customers[:10]), timeline.clock(each.last),
        ]
        for each in found[:MOST_REASONS]
    ]  # fmt: skip
    caption = f"{len(found)} reasons; ids and numbers in them stand as #."
    headings = ("reason", "runs", "share", "workflows", "tenants", "last (UTC)")
    return element("section", element("h2", "Failures by reason"), table(headings, rows, caption))


def _hours(lines: Sequence[Line]) -> Markup:
    counts = by_hour(lines)
    rows = [[f"{hour:02}:00", str(count), str(bad)] for hour, (count, bad) in enumerate(counts) if count]
    listed = table(("hour (UTC)", "runs", "failed"), rows, "Hours without runs are left out.")
    summary = element("summary", "These hours as a table")
    bars = element("figure", charts.hours(counts), _class="hours")
    return element("section", element("h2", "Busiest hours"), bars, element("details", summary, listed))
