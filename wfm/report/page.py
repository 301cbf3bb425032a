"""Whole pages: one file each, that loads nothing from anywhere and runs no script; `templates/` has their words.

All times are epoch seconds. Jinja2 is loaded with the first page.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from wfm.client.times import duration
from wfm.report import charts, timeline
from wfm.report.markup import text
from wfm.report.numbers import Figures, by_hour, failed, failures, figures, grouped, thinned
from wfm.report.spans import KINDS, Line

MOST_DRAWN: Final = 2000  # runs, in all timelines of a page
MOST_LISTED: Final = 200  # runs in the table beside the timelines
MOST_WORKFLOWS: Final = 12  # with a picture of their own
MOST_REASONS: Final = 50
MOST_NAMES: Final = 10  # workflows or tenants of one reason
_TEMPLATES: Final = Path(__file__).with_name("templates")
_FIGURES: Final = (
    "runs", "succeeded", "failed", "cancelled", "active", "started elsewhere", "median time in AMC", "95 %", "longest",
    "median queue wait", "median slot wait",
)  # fmt: skip


def timeline_page(lines: Sequence[Line], start: float, end: float, made: float) -> str:
    """The runs of a period, tenant by tenant."""
    return _page(title="Runs", made=timeline.clock(made), **_timelines(lines, start, end))


def report_page(lines: Sequence[Line], start: float, end: float, made: float) -> str:
    """The figures of a period, its timelines, durations, failures and busiest hours."""
    of_workflows = grouped((line for line in lines if line.workflow_id), lambda line: line.workflow_id)
    hours = by_hour(lines)
    return _page(
        title="Report on runs",
        made=timeline.clock(made),
        **_timelines(lines, start, end),
        figure_headings=_FIGURES,
        by_tenant=_figures(lines, lambda line: line.customer_id),
        by_workflow=_figures(lines, lambda line: line.workflow_id or "(none)"),
        workflows=len(of_workflows),
        durations=[
            (workflow, charts.durations(workflow, group, start, end))
            for workflow, group in of_workflows[:MOST_WORKFLOWS]
        ],
        reasons=len(failures(lines)),
        failures=_failures(lines),
        hours=hours,
        busiest=max(count for count, _ in hours) or 1,
        by_hour=[(f"{hour:02}:00", count, bad) for hour, (count, bad) in enumerate(hours) if count],
    )


def _page(**content: object) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        autoescape=True, finalize=text, undefined=StrictUndefined, loader=FileSystemLoader(_TEMPLATES)
    )
    return environment.get_template("page.html").render(content)


def _timelines(lines: Sequence[Line], start: float, end: float) -> dict[str, object]:
    drawn = thinned(lines, MOST_DRAWN)
    newest = sorted(drawn, key=lambda line: line.start, reverse=True)[:MOST_LISTED]
    return {
        "start": timeline.clock(start),
        "end": timeline.clock(end),
        "all": figures("all", lines),
        "drawn": len(drawn),
        "kinds": KINDS,
        "outcomes": timeline.OUTCOMES,
        "timelines": [
            (customer, timeline.timeline(f"Runs of {customer}", group, start, end))
            for customer, group in sorted(grouped(drawn, lambda line: line.customer_id))
        ],
        "listed": [_listed(line) for line in newest],
    }


def _listed(line: Line) -> tuple[str, ...]:
    names = (line.customer_id, line.workflow_id, line.run_id, line.status, line.source)
    return (timeline.clock(line.start), *names, duration(line.end - line.start), line.reason)


def _figures(lines: Sequence[Line], by: Callable[[Line], str]) -> list[tuple[str, ...]]:
    return [_row(figures(name, group)) for name, group in grouped(lines, by)]


def _row(found: Figures) -> tuple[str, ...]:
    counts = (found.runs, found.succeeded, found.failed, found.cancelled, found.active, found.external)
    times = (found.median_run, found.p95_run, found.longest_run, found.median_queue, found.median_slot)
    shown = ("" if each is None else duration(each).replace(" ", "\u00a0") for each in times)
    return (found.name, *map(str, counts), *shown)


def _failures(lines: Sequence[Line]) -> list[tuple[str, ...]]:
    total = sum(map(failed, lines))
    return [
        (
            each.reason, str(each.count), charts.share_bar(each.count, total), ", ".join(each.workflows[:MOST_NAMES]),
            ", ".join(each.customers[:MOST_NAMES]), timeline.clock(each.last),
        )
        for each in failures(lines)[:MOST_REASONS]
    ]  # fmt: skip
