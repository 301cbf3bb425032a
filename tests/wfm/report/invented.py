"""Invented runs for pages: days of three tenants with everything that a page shows."""

import random
from collections.abc import Iterator

from wfm.report.spans import AMC_QUEUE, QUEUE, RECORD, RUN, SLOT, SUBMIT, Line, Span, spans

MONDAY = 1_795_392_000.0  # 2026-11-23T00:00:00Z
DAY = 86_400.0
CUSTOMERS = ("alder-audio", "birch-books", "cedar-camping")
WORKFLOWS = {"reach_and_frequency": 900, "path_to_conversion": 2400, "geo_performance": 420, "overlap": 5400}
REASONS = {
    "FAILED": "AMC ended the run: resources exceeded at stage 17",
    "REJECTED": "AMC refused with 400: Column 'user_type' not found in any table",
    "CANCELLED": "cancelled by `wfm executions cancel`",
}


def a_line(
    run_id: str = "r1",
    *,
    customer_id: str = "acme",
    workflow_id: str = "reach",
    status: str = "SUCCEEDED",
    source: str = "wfm run",
    reason: str = "",
    parts: tuple[Span, ...] = (Span(RUN, MONDAY, MONDAY + 600),),
    ended: bool = True,
) -> Line:
    return Line(customer_id, run_id, workflow_id, status, source, reason, parts, ended)


def many_lines(count: int, seed: int = 6) -> Iterator[Line]:
    """So many runs over two days; the same each time."""
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        workflow = chance.choice(list(WORKFLOWS))
        customer = chance.choices(CUSTOMERS, (5, 3, 2))[0]
        status = chance.choices(("SUCCEEDED", *REASONS), (30, 3, 1, 1))[0]
        hour = chance.choices((2, 6, 7, 8, 9, 13, 17), (2, 9, 5, 3, 2, 3, 2))[0]
        asked = MONDAY + chance.choice((0, DAY)) + 3600 * hour + chance.uniform(0, 3000)
        external = chance.random() < 0.12
        yield a_line(
            f"{'x' if external else 'r'}{number}",
            customer_id=customer,
            workflow_id=workflow,
            status=status,
            source="external" if external else f"schedule:{workflow}",
            reason=REASONS.get(status, ""),
            parts=tuple(_parts(chance, asked, WORKFLOWS[workflow], external=external)),
            ended=number % 40 != 7,
        )


def _parts(chance: random.Random, asked: float, usual: float, *, external: bool) -> list[Span]:
    waits = [chance.uniform(1, 6), chance.expovariate(1 / 500), chance.uniform(0.5, 3)]
    made = asked + (0 if external else sum(waits))
    started = made + chance.uniform(20, 200)
    ended = started + usual * chance.lognormvariate(0, 0.3)
    amc = [(AMC_QUEUE, made), (RUN, started)]
    if external:
        return spans(amc, ended)
    marks = [(QUEUE, asked), (SLOT, asked + waits[0]), (SUBMIT, asked + waits[0] + waits[1]), *amc, (RECORD, ended)]
    return spans(marks, ended + 4)
