"""`wfm console`: the pages of a deployment, for a browser on this machine."""

import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from wfm.cli.installed import local_runtime
from wfm.cli.options import GlobalOptions
from wfm.cli.session import client
from wfm.client.wfm import Wfm
from wfm.errors import LocalRuntimeError, UsageError

if TYPE_CHECKING:
    from wfm.console.simulated_amc import MakeAmc

app = typer.Typer(add_completion=False)


@app.command()
def console(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 finds a free one.")] = 0,
    read_only: Annotated[bool, typer.Option("--read-only", help="Show everything, change nothing.")] = False,
    poll: Annotated[bool, typer.Option("--poll", help="Live parts ask again and again, instead of a stream.")] = False,
) -> None:
    """Serve every tenant, run and machine as live pages until Ctrl-C, for a browser on this machine.

    It listens on 127.0.0.1 and ::1 alone, and works with your own AWS credentials. The address that it prints lets one
    browser in.
    """
    try:
        from wfm.console import app as pages
        from wfm.console import serving
    except ImportError as exc:
        raise UsageError(f"the console is not installed ({exc}); install it with: pip install 'wfm[console]'") from exc
    from wfm.client.clients import Clients
    from wfm.console.door import Door, entrance
    from wfm.console.place import Place

    given: GlobalOptions = context.obj
    wfm = client(context)
    place = Place.of(wfm)
    clients = Clients(wfm, lambda: Wfm(given.team, given.dataset, wfm.connection))
    sockets = serving.open_sockets(port)
    port, key = sockets[0].getsockname()[1], secrets.token_bytes(32)

    def say(words: str) -> None:
        print(f"{words} {entrance(port, key)}", flush=True)

    door = Door(key, lambda: say("for another browser:"))
    settings = pages.Settings(port, read_only, streams=not poll)
    print(f"console of {place.words}; Ctrl-C ends it", flush=True)
    serving.Serving(
        pages.console(clients, place, door, settings, _simulated_amc(wfm)), sockets, lambda: say("open")
    ).run()


def _simulated_amc(wfm: Wfm) -> "MakeAmc | None":
    """The AMC of a local runtime; None on AWS, and where the runtime's package is not installed."""
    if wfm.connection.simulator:
        with suppress(LocalRuntimeError), local_runtime():
            from local.steering import LocalWorld

            return LocalWorld
    return None
