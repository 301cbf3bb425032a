"""`wfm demo`."""

from enum import StrEnum
from typing import Annotated

import typer

from wfm.cli.installed import local_runtime, require_extra

app = typer.Typer(add_completion=False)


class Story(StrEnum):
    """What is shown in place of the burst."""

    AGENCY = "agency"


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the AWS endpoint; 0 finds a free one.")] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="Leave it up afterwards, as `wfm local up` does.")] = False,
    story: Annotated[
        Story | None, typer.Option(help="Tell a story in its place: the week of an agency with twelve clients.")
    ] = None,
) -> None:
    """Show WFM under a burst of 60 requests and a phase of faults, on this machine; or tell a story."""
    if story is None:
        with local_runtime():
            from local.demo.command import run
        run(port, keep=keep)
    require_extra("examples", "duckdb", "matplotlib")
    with local_runtime():
        from local.story.command import run as tell
    tell(port, keep=keep)
