"""`wfm demo --story agency`: starts the world, tells the chapters in their order, and judges them."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NoReturn

from rich.console import Console

from local.runtime import ROOT, Runtime
from local.showing import show, take_place_of_supervisor
from local.story import chain, clients, closing, delivery, lateness, library, picture, refresh, table
from local.story.inbox import subscribe
from local.story.narrator import BrokenStory, Narrator
from local.story.world import CONFIGURATION, SETTINGS, World
from local.supervisor import state_of, stay_up
from local.synthesis import REPOSITORY, current_assembly
from wfm.client.local_state import STATE_FILE

OUTPUT: Final = REPOSITORY / "build" / "story"
FILES: Final = (
    *(closing.PAGE, picture.PICTURE, closing.FOUND),
    *(table.DATABASE, table.RUNS, table.EVENTS),
)
FOLDERS: Final = (delivery.AT_FIRST, delivery.IN_THE_END)
ELSEWHERE: Final = ("WFM_CONTEXT", "WFM_TEAM", "WFM_DATASET")  # what would lead the commands to another WFM


def run(port: int, *, keep: bool = False, output: Path = OUTPUT) -> NoReturn:
    """Ends with 1 if a claim is false. With `keep` it stays up afterwards, until Ctrl-C or `wfm local down`."""
    show(lambda console: tell(console, port, output, keep=keep), output)


def tell(console: Console, port: int, output: Path, *, keep: bool) -> list[str]:
    """All chapters; what of them was not so."""
    began, narrator = time.monotonic(), Narrator(console)
    with ExitStack() as until_it_ends:
        directory = ROOT if keep else output
        take_place_of_supervisor(until_it_ends, directory)
        _remove_earlier(output)
        runtime = until_it_ends.enter_context(
            Runtime(current_assembly(), name="story", port=port, configuration=CONFIGURATION, settings=SETTINGS)
        )
        console.print(f"AWS and AMC are up on this machine, and {runtime.stack} is deployed. In another terminal:")
        console.print(f"  export WFM_LOCAL={directory}; wfm status", style="cyan", soft_wrap=True)
        with _typing_at(runtime, directory, output):
            wrong = _chapters(World(runtime, runtime.wfm(), subscribe(runtime), narrator, output))
        console.print(
            f"\nin {output}: {', '.join((*FILES, *FOLDERS))}; {time.monotonic() - began:.0f} s in all", soft_wrap=True
        )
        if keep and not wrong:
            console.print("it stays up: try `wfm status` in another terminal; Ctrl-C here or `wfm local down` ends it")
            stay_up(runtime, directory)
        return wrong


def _remove_earlier(output: Path) -> None:
    """What an earlier telling left."""
    for name in FILES:
        (output / name).unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(output / name, ignore_errors=True)


@contextmanager
def _typing_at(runtime: Runtime, directory: Path, folder: Path) -> Iterator[None]:
    """What is typed meanwhile speaks to the runtime, and finds its files in the folder; in other terminals, too."""
    state_of(runtime).write(directory)
    for name in ELSEWHERE:
        os.environ.pop(name, None)
    os.environ["WFM_LOCAL"] = str(directory)
    with chdir(folder):
        try:
            yield
        finally:
            (directory / STATE_FILE).unlink()


def _chapters(world: World) -> list[str]:
    tell = world.narrator
    try:
        clients.tell(world)
        library.tell(world)
        meeting = lateness.foretell(world)
        chain.tell(world, partial(lateness.let_go, world, meeting))
        lateness.tell(world, meeting)
        delivery.tell(world)
        refresh.tell(world)
        table.tell(world)
        picture.tell(world)
    except BrokenStory as problem:
        return [*closing.false(tell.claims()), f"The story ended there: {problem}."]
    found = closing.numbers(world.folder / table.DATABASE)
    closing.save(world.folder, found, tell.chapters)
    tell.console.rule(style="dim")
    tell.console.print(closing.summary(found, tell.claims()))
    return closing.false(tell.claims())
