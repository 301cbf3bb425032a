"""Chapter: fourteen days later the week is read again, and the settled numbers take the place of the first."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from local.story import delivery, two_weeks
from local.story.cast import CLIENTS
from local.story.chain import WEEKLY
from local.story.library import REFRESH, WORKFLOWS
from local.story.world import LOOK_AT_ALL_SECONDS, World, wait_for
from wfm.client.runs.run import Run
from wfm.model.result_totals import ResultChange

SALES: Final = "sales"
SHOWN: Final = CLIENTS[0].customer_id


def tell(world: World) -> None:
    """The clock runs, and each client's week is read once more."""
    tell = world.narrator
    tell.chapter("Fourteen days later")
    tell.say(
        f"Amazon attributes purchases for 14 days, so the sales of a week still grow. {WORKFLOWS[0]} was asked for with"
        f" --refresh {REFRESH}, as its schedule has it: its row knows when the same week is read again."
    )
    two_weeks.sweep_after_end(world)
    tell.type(f"wfm executions show {SHOWN}/{WEEKLY}")
    tell.say("Two weeks pass: AMC's clock runs ahead, and the time at which the weeks are due is moved to now.")
    two_weeks.pass_in_amc(world)
    two_weeks.sweep_after_two_weeks(world)
    settled = wait_for(lambda: _settled(world), "the weeks are read again", LOOK_AT_ALL_SECONDS)
    tell.type(f"wfm results compare {SHOWN}/{settled[0].run_id}")
    firsts = [world.wfm.runs.get(client.customer_id, WEEKLY) for client in CLIENTS]
    linked = sum(map(is_linked, firsts, settled))
    tell.claim(
        "each client's week was read once more, and each run names the other",
        holds=linked == len(CLIENTS),
        found=f"{linked} pairs",
    )
    changes = [world.wfm.results.compare(run.either.customer_id, run.run_id).change for run in settled]
    grown = [sales_growth(change) for change in changes]
    delivery.wait_until_delivered(world)
    delivery.copy(world, delivery.IN_THE_END)
    tell.claim(
        "every client's sales have grown since",
        holds=all(growth > 0 for growth in grown),
        found=f"by {min(grown):.1f} to {max(grown):.1f} %",
    )
    folders = [world.folder / name for name in (delivery.AT_FIRST, delivery.IN_THE_END)]
    files = [{path.relative_to(folder) for path in folder.rglob("*.parquet")} for folder in folders]
    tell.claim("the same files have the settled numbers", holds=files[0] == files[1], found=f"{len(files[1])} files")


def _settled(world: World) -> list[Run] | None:
    """The run that takes the place of each client's first, once all have ended and both rows say so."""
    firsts = [world.wfm.runs.get(client.customer_id, WEEKLY) for client in CLIENTS]
    ids = [one.request_id for first in firsts for one in first.refreshes if one.age == REFRESH and one.request_id]
    if len(ids) < len(CLIENTS) or not all(first.superseded_by for first in firsts):
        return None
    return [world.wfm.runs.get(client.customer_id, name) for client, name in zip(CLIENTS, ids, strict=True)]


def is_linked(first: Run, settled: Run) -> bool:
    """Whether one takes the place of the other, for the same window."""
    ids = [run.execution.workflow_execution_id if run.execution else None for run in (first, settled)]
    return settled.supersedes == ids[0] and first.superseded_by == ids[1] and first.window == settled.window


def sales_growth(change: ResultChange) -> Decimal:
    """In per cent; 0 where the result has no sales."""
    found: Sequence[Decimal | None] = [column.percent for column in change.columns if column.name == SALES]
    return next((percent for percent in found if percent is not None), Decimal(0))
