"""The files that the runs of two clients leave behind, and the database of them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from local.story.delivery import AT_FIRST, IN_THE_END
from local.story.inbox import Inbox
from local.story.table import DATABASE, EVENTS, RUNS, TABLES
from tests.local.story.telling import event

WEEK, YESTERDAY = "2026-11-23", "2026-11-29"
FIRST_SALES: Final = (("alder-audio", WEEK, 1000), ("alder-audio", WEEK, 500), ("birch-bakeware", WEEK, 900))
SALES: Final = (("alder-audio", WEEK, 1100), ("alder-audio", WEEK, 600), ("birch-bakeware", WEEK, 1000))
REACH: Final = (
    *(("alder-audio", WEEK, 100), ("alder-audio", WEEK, 200), ("birch-bakeware", WEEK, 300)),
    ("birch-bakeware", YESTERDAY, 7),
)


def deliver(folder: Path, workflow: str, column: str, lines: Sequence[tuple[str, str, int]]) -> None:
    """Parquet files as WFM delivers them: a file for each client and window."""
    for tenant, start in {line[:2] for line in lines}:
        target = folder / f"tenant={tenant}" / f"workflow={workflow}" / f"window_start={start}"
        target.mkdir(parents=True)
        values = [[value] for *key, value in lines if key == [tenant, start]]
        with duckdb.connect() as database:
            database.execute(f"CREATE TABLE lines ({column} BIGINT)")
            database.executemany("INSERT INTO lines VALUES (?)", values)
            database.execute(f"COPY lines TO '{target}/one.parquet' (FORMAT parquet)")


def a_run(name: str, seconds: int, status: str = "SUCCEEDED", source: str = "wfm run") -> dict[str, object]:
    head = {"id": name, "status": status, "workflowId": "client_report", "source": source, "reason": None}
    times = {"startedAt": "2026-11-30T12:00:00.000Z", "endedAt": f"2026-11-30T12:00:{seconds:02}.000Z"}
    rows = {"request": {"more": 1}, "execution": {"workflowExecutionId": f"amc-{name}"}}
    return head | times | rows | {"supersededBy": "amc-r2" if name == "r1" else None}


def write(folder: Path, told: Sequence[str] = ("r1", "r2", "r3", "r4")) -> None:
    """All files; events tell the ends of the runs that are `told`."""
    deliver(folder / AT_FIRST, "hero_sales", "sales", FIRST_SALES)
    deliver(folder / IN_THE_END, "hero_sales", "sales", SALES)
    deliver(folder / IN_THE_END, "client_report", "reach", REACH)
    runs = [a_run("r1", 10), a_run("r2", 20), a_run("r3", 40), a_run("r4", 59, source="external")]
    (folder / RUNS).write_text(json.dumps([*runs, a_run("r5", 5, "FAILED")]))
    ends = [event(executionStatus="SUCCEEDED", workflowExecutionId=f"amc-{name}") for name in told]
    events = [*ends, event("Run Late", schedule="s"), event("Result Delivered", workflowExecutionId="amc-r1")]
    Inbox(None, "", events).save(folder / EVENTS)  # type: ignore[arg-type]


def load(folder: Path) -> Path:
    """The database of the files, as the story makes it in that folder."""
    with duckdb.connect(folder / DATABASE) as database:
        database.execute(TABLES.read_text(encoding="utf-8"))
    return folder / DATABASE
