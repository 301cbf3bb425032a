"""Chapter: three workflows, one after another, for every client."""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from itertools import pairwise
from typing import Any, Final

from rich.live import Live

from local.story.cast import CLIENTS, HURRIED
from local.story.chain_board import GOOD, ChainBoard
from local.story.library import REFRESH, WORKFLOWS
from local.story.world import LOOK_AT_ALL_SECONDS, World, wait_for
from wfm.client.chains.status import ChainStatus
from wfm.client.runs.run import Run
from wfm.model.statuses import REQUEST_ENDED

FIRST: Final = WORKFLOWS[0]
WEEKLY: Final = "weekly"  # the id of the first request of each chain
LOG_SECONDS: Final = 6.0
ENDED: Final = frozenset(map(str, REQUEST_ENDED))


def tell(world: World, meanwhile: Callable[[], object]) -> None:
    """The week's reports; `meanwhile` is called now and then until they are there."""
    tell = world.narrator
    tell.chapter("The week's reports: three workflows, one after another")
    tell.say(
        f"Nobody asks for more than {FIRST}. {WORKFLOWS[1]} says in its file that it runs after it, and {WORKFLOWS[2]}"
        " after both: they follow by themselves, for the same week, in each client."
        f" {HURRIED.customer_id} has no slot left for now; that holds up nobody else."
    )
    tell.type(f"wfm run {FIRST} --tenants all --window 'last 7 days' --refresh {REFRESH} --id {WEEKLY} --yes")
    watch(world, meanwhile)
    tell.type(f"wfm chains list --customer {CLIENTS[0].customer_id}")
    chains = {client.customer_id: runs_of(world, client.customer_id) for client in CLIENTS}
    statuses = [run.status for chain in chains.values() for run in chain]
    tell.claim(
        f"{len(WORKFLOWS)} runs for each client, and all SUCCEEDED",
        holds=statuses == [GOOD] * len(WORKFLOWS) * len(CLIENTS),
        found=f"{statuses.count(GOOD)} of {len(statuses)}",
    )
    orderly = sum(map(is_in_order, chains.values()))
    tell.claim(
        "each began when the one before it had ended", holds=orderly == len(CLIENTS), found=f"in {orderly} clients"
    )
    simulator = world.runtime.simulator()
    asked = [(run["instanceId"], run["request"].get("parameterValues", {})) for run in simulator.executions()]
    wrong = wrong_values(asked)
    tell.claim(
        "AMC was given each client's own values",
        holds=not wrong,
        found=f"{len(asked) - len(wrong)} of {len(asked)} runs",
    )
    over = over_limit(simulator.concurrency())
    tell.claim("no client had more runs in AMC than its limit", holds=not over, found=", ".join(over) or "none")


def watch(world: World, meanwhile: Callable[[], object]) -> None:
    """Until every chain has ended, with a live board where one can be drawn."""
    board, console = ChainBoard(WORKFLOWS), world.narrator.console
    for client in CLIENTS:
        board.take(client.customer_id, None)
    said = time.monotonic()

    def look() -> bool:
        nonlocal said
        for client in CLIENTS:
            board.take(client.customer_id, chain_of(world, client.customer_id))
        if not console.is_terminal and time.monotonic() >= said + LOG_SECONDS:
            said = time.monotonic()
            console.print(f"  {board.as_line()}")
        meanwhile()
        return board.has_ended(ENDED)

    with Live(board, console=console, refresh_per_second=4) if console.is_terminal else nullcontext():
        wait_for(look, "the chains end", LOOK_AT_ALL_SECONDS)


def chain_of(world: World, customer_id: str) -> ChainStatus | None:
    """The chain that the week's request began; None until its first workflow has ended."""
    chains = world.wfm.chains.list(customer_id)
    return next((one for one in chains if WEEKLY in {step.request_id for step in one.steps}), None)


def runs_of(world: World, customer_id: str) -> list[Run]:
    """The runs of the week's chain, in its order."""
    chain = chain_of(world, customer_id)
    steps = chain.steps if chain else ()
    return [world.wfm.runs.get(customer_id, step.request_id) for step in steps if step.request_id]


def is_in_order(chain: Sequence[Run]) -> bool:
    """Whether each was asked for when the one before it had ended, for the same window."""
    return len(chain) == len(WORKFLOWS) and all(
        first.ended is not None and first.ended <= second.started and first.window == second.window
        for first, second in pairwise(chain)
    )


def wrong_values(asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[str]:
    """The instances whose runs got a value that is not their client's, once for each such run."""
    own = {client.tenant.instance_id: {"brand": client.brand, "asins": client.hero_asins} for client in CLIENTS}
    return [instance for instance, values in asked if not values.items() <= own[instance].items()]


def over_limit(levels: Mapping[str, Any]) -> list[str]:
    """The clients that had too many runs, by AMC's own count."""
    return [
        client.customer_id
        for client in CLIENTS
        if levels.get(client.tenant.instance_id, {}).get("all", {}).get("peakUnfinished", 0) > client.tenant.limit
    ]
