"""Chapter: each result becomes a Parquet file of one bucket, by client, workflow and week."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import duckdb

from local.story.cast import CLIENTS
from local.story.library import WORKFLOWS
from local.story.world import CAMPAIGNS, LOOK_AT_ALL_SECONDS, World, wait_for
from wfm.client.runs.search import RunFilter
from wfm.client.stack_names import StackOutput

DELIVERED: Final = (WORKFLOWS[0], WORKFLOWS[-1])  # which say so in their files
AT_FIRST, IN_THE_END = "delivered-at-first", "delivered"
SALES: Final = "SELECT count(*), count(DISTINCT tenant) FROM read_parquet(?, hive_partitioning = true)"


def tell(world: World) -> None:
    """The files of all clients, read as one table."""
    tell = world.narrator
    tell.chapter("Results as Parquet files")
    tell.say(
        f"AMC leaves a CSV file in each client's own bucket. {' and '.join(DELIVERED)} say delivery: true in their"
        " files, so WFM delivers each result into one bucket, with types, as tenant=/workflow=/window_start=, and keeps"
        " a table of Glue for it. `aws s3 sync` brings all of it here."
    )
    wait_until_delivered(world)
    tell.type(f"wfm deliveries list --customer {CLIENTS[0].customer_id} --since 1h")
    copy(world, AT_FIRST)
    rows, clients = read(world.folder / AT_FIRST, WORKFLOWS[0])
    tell.claim(
        "one query reads every client's sales, a line for each campaign",
        holds=(rows, clients) == (CAMPAIGNS * len(CLIENTS), len(CLIENTS)),
        found=f"{rows} lines of {clients} clients",
    )


def wait_until_delivered(world: World) -> None:
    """The results of all runs so far are there, or it is said why not."""
    customers = [client.customer_id for client in CLIENTS]

    def look() -> bool:
        runs = [run for name in DELIVERED for run in world.wfm.runs.find(customers, RunFilter(workflow=name))]
        good = [run for run in runs if run.status == "SUCCEEDED"]
        return len(good) == len(runs) and all(one.is_done for one in world.wfm.deliveries.of(good))

    wait_for(look, "all results are delivered", LOOK_AT_ALL_SECONDS)


def copy(world: World, name: str) -> None:
    """What `aws s3 sync` would copy into the folder."""
    s3, bucket = world.runtime.emulator.client("s3"), world.runtime.outputs[StackOutput.DELIVERY_BUCKET]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="tenant="):
        for found in page.get("Contents", ()):
            target = world.folder / name / found["Key"]
            target.parent.mkdir(parents=True, exist_ok=True)
            s3.download_file(bucket, found["Key"], str(target))


def read(folder: Path, workflow: str) -> Sequence[int]:
    """How many lines a workflow's files have together, and of how many clients."""
    files = folder / "tenant=*" / f"workflow={workflow}" / "*" / "*.parquet"
    return duckdb.execute(SALES, [str(files)]).fetchone() or (0, 0)
