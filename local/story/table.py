"""Chapter: results, runs and events of all clients in one database."""

from pathlib import Path
from typing import Final

import duckdb

from local.story.cast import CLIENTS
from local.story.library import WORKFLOWS
from local.story.world import CAMPAIGNS, LOOK_AT_ALL_SECONDS, World, wait_for
from wfm.client.runs.search import RunFilter

DATABASE: Final = "story.duckdb"
RUNS, EVENTS = "runs.json", "events.jsonl"
TABLES: Final = Path(__file__).with_name("tables.sql")
MOST_RUNS: Final = 1000


def tell(world: World) -> None:
    """What is delivered, what WFM's rows say and what it announced, and whether they say the same."""
    tell = world.narrator
    tell.chapter("All clients in one database")
    tell.say(f"{DATABASE} gets what is delivered, WFM's rows of all runs, and the events that a subscriber got.")
    tell.type(f"wfm executions list --customer all --since 1h --limit {MOST_RUNS} --json > {RUNS}")
    wait_for(lambda: all_announced(world), "the last event comes", LOOK_AT_ALL_SECONDS)
    world.inbox.save(world.folder / EVENTS)
    with duckdb.connect(DATABASE) as database:
        database.execute(TABLES.read_text(encoding="utf-8"))
        clients, lines = one(database, "SELECT count(DISTINCT tenant), count(*) FROM week")
        (good,) = one(database, "SELECT count(*) FROM runs WHERE status = 'SUCCEEDED'")
        (silent,) = one(database, "SELECT count(*) FROM silent")
    tell.claim(
        f"the week's {WORKFLOWS[-1]} has every client, with a line for each campaign",
        holds=clients == len(CLIENTS) and lines == CAMPAIGNS * clients,
        found=f"{lines} lines of {clients} clients",
    )
    tell.claim(
        "every run that succeeded was announced", holds=silent == 0 and good > 0, found=f"{good - silent} of {good}"
    )


def all_announced(world: World) -> bool:
    """Whether the inbox has the end of each run that has succeeded."""
    world.inbox.read()
    told = {event.detail.get("workflowExecutionId") for event in world.inbox.events}
    runs = world.wfm.runs.find([client.customer_id for client in CLIENTS], RunFilter(status="SUCCEEDED"))
    return all(run.execution is not None and run.execution.workflow_execution_id in told for run in runs)


def one(database: "duckdb.DuckDBPyConnection", question: str) -> tuple[int, ...]:
    """The one row of an answer."""
    row = database.execute(question).fetchone()
    return tuple(row or ())
