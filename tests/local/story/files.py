"""The files that the runs of two clients leave behind, and the database of them."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from local.story.inbox import Inbox
from local.story.table import DATABASE, EVENTS, REPORT, RUNS, TABLES
from tests.local.story.telling import event

COLUMNS = ("customerId", "id", "windowStart", "windowEnd", "campaign", "reach", "buyers", "sales")
WEEK, YESTERDAY = ("2026-11-23", "2026-11-30"), ("2026-11-29", "2026-11-30")
LINES = (
    ("alder-audio", "r1", *WEEK, "Spring", 100, 10, 1000),
    ("alder-audio", "r1", *WEEK, "Summer", 200, 20, 500),
    ("birch-bakeware", "r2", *WEEK, "Spring", 300, 30, 900),
    ("birch-bakeware", "r3", *YESTERDAY, "Spring", 7, 1, 9),
)


def a_run(name: str, seconds: int, status: str = "SUCCEEDED", source: str = "wfm run") -> dict[str, object]:
    head = {"id": name, "status": status, "workflowId": "client_report", "source": source, "reason": None}
    times = {"startedAt": "2026-11-30T12:00:00.000Z", "endedAt": f"2026-11-30T12:00:{seconds:02}.000Z"}
    return head | times | {"request": {"more": 1}, "execution": {"workflowExecutionId": f"amc-{name}"}}


def write(folder: Path, told: Sequence[str] = ("r1", "r2", "r3", "r4")) -> None:
    """All files; events tell the ends of the runs that are `told`."""
    with (folder / REPORT).open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *LINES])
    runs = [a_run("r1", 10), a_run("r2", 20), a_run("r3", 40), a_run("r4", 59, source="external")]
    (folder / RUNS).write_text(json.dumps([*runs, a_run("r5", 5, "FAILED")]))
    ends = [event(executionStatus="SUCCEEDED", workflowExecutionId=f"amc-{name}") for name in told]
    Inbox(None, "", [*ends, event("Run Late", schedule="s")]).save(folder / EVENTS)  # type: ignore[arg-type]


def load(folder: Path) -> Path:
    """The database of the files, as the story makes it in that folder."""
    with duckdb.connect(folder / DATABASE) as database:
        database.execute(TABLES.read_text(encoding="utf-8"))
    return folder / DATABASE
