"""`wfm demo`."""

from typing import Annotated

import typer

from wfm.cli.installed import local_runtime

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the AWS endpoint; 0 finds a free one.")] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="Leave it up afterwards, as `wfm local up` does.")] = False,
) -> None:
    """Show WFM under a burst of 60 requests and a phase of faults, on this machine."""
    with local_runtime():
        from local.demo.command import run
    run(port, keep=keep)
