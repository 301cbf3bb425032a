"""`wfm local`: the whole of WFM on this machine. The runtime itself is the repository's package `local`."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wfm.cli.installed import local_runtime
from wfm.cli.local_world import amc, tenant
from wfm.cli.notes import print_note
from wfm.cli.options import AsJson
from wfm.cli.output import print_json, print_table
from wfm.client.contexts import LOCAL, read_contexts
from wfm.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from local.background import RunningRuntime

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(tenant, name="tenant")
app.add_typer(amc, name="amc")


@app.command()
def up(
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the AWS endpoint; 0 finds a free one.")] = 0,
    speed: Annotated[
        float, typer.Option(min=1, max=10_000, help="The speed of AMC's clock; at 1 a run takes minutes.")
    ] = 40,
    empty: Annotated[bool, typer.Option("--empty", help="Without the three example tenants.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start it and deploy WFM into it. It stays up until `wfm local down`."""
    with local_runtime():
        from local import background
    try:
        _, was_up = background.up(port, speed=speed, empty=empty)
    except KeyboardInterrupt:
        going_on = "another `wfm local up` goes on starting it" if background.is_there() else "nothing is left of it"
        print(f"stopped: {going_on}", file=sys.stderr)
        raise typer.Exit(ExitCode.INTERRUPTED) from None
    if was_up:
        print_note("it is already up")
    runtime = background.describe()
    used = _use(runtime.directory)
    if as_json:
        print_json(runtime.as_json())
        return
    _print(runtime)
    state = runtime.state
    print(f"\n{used}")
    print("\nOther tools reach it with:")
    print(f"  export AWS_ENDPOINT_URL={state.endpoint} AWS_REGION={state.region} AWS_DEFAULT_REGION={state.region}")
    print("  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")


def _use(directory: Path) -> str:
    """Make it the context `local`, and say whether the next command speaks to it."""
    try:
        contexts = read_contexts(os.environ).with_runtime(directory)
        contexts.save()
    except UsageError as exc:
        return f"it is the context local nowhere but in this repository: {exc}"
    named = os.environ.get("WFM_CONTEXT", contexts.used)
    if named == LOCAL:
        return "context local is in use: every command speaks to this runtime, in each folder"
    return f"context {named} stays in use: `wfm context use local`, or --context local, speaks to this runtime"


@app.command()
def down(as_json: AsJson = False) -> None:
    """Stop it and everything in it."""
    with local_runtime():
        from local import background
    was_up = background.down()
    if as_json:
        print_json({"wasUp": was_up})
        return
    print("stopped" if was_up else "it is not up")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show where it listens and which tenants it has. Exit code 4 if it is not up."""
    with local_runtime():
        from local import background
    runtime = background.describe()
    if as_json:
        print_json(runtime.as_json())
    else:
        _print(runtime)


def _print(runtime: "RunningRuntime") -> None:
    state = runtime.state
    for name, value in (
        ("endpoint", state.endpoint),
        ("simulator", state.simulator),
        ("region", state.region),
        ("stack", state.stack),
        ("console", runtime.console),
    ):
        if value:
            print(f"{name:<12}{value}")
    if not runtime.tenants:
        print(f"{'tenants':<12}none yet")
        return
    print()
    rows = [[tenant.customer_id, tenant.status, str(tenant.limit)] for tenant in runtime.tenants]
    print_table(["TENANT", "STATUS", "LIMIT"], rows, status_column=1)
