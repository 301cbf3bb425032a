"""`wfm mcp`: the deployment as tools for an AI agent, over stdin and stdout."""

from typing import Annotated

import typer

from wfm.cli.options import GlobalOptions
from wfm.cli.session import client
from wfm.cli.targets import target
from wfm.client.clients import Clients
from wfm.client.wfm import Wfm
from wfm.errors import UsageError

app = typer.Typer(add_completion=False)


@app.command()
def mcp(
    context: typer.Context,
    name: Annotated[str, typer.Option(help="The agent's name: its runs have the source agent:NAME.")] = "mcp",
    allow_writes: Annotated[
        bool, typer.Option("--allow-writes", help="Let it run, backfill, resubmit, schedule and cancel.")
    ] = False,
    most_runs: Annotated[int, typer.Option(min=1, help="Runs that it may ask for in this session.")] = 50,
) -> None:
    """Serve the deployment to an AI agent by the Model Context Protocol, on stdin and stdout.

    It works with your own AWS credentials. The agent can only read, unless you say --allow-writes.
    """
    try:
        from wfm.agents.server import Session, build
    except ImportError as exc:
        raise UsageError(f"the MCP server is not installed ({exc}); install it with: pip install 'wfm[mcp]'") from exc

    given: GlobalOptions = context.obj
    wfm = client(context)
    clients = Clients(wfm, lambda: Wfm(given.team, given.dataset, wfm.connection))
    build(clients, target(wfm), Session(name, allow_writes, most_runs)).run("stdio")
