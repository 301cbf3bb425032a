"""`wfm local`: the whole of WFM on this machine. The runtime itself is the repository's package `local`."""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any, Protocol, cast

import typer

from wfm.cli.options import AsJson
from wfm.cli.output import print_json, print_table
from wfm.client.local_state import LocalState
from wfm.errors import LocalRuntimeError

app = typer.Typer(help="WFM on this machine, without AWS: an emulator and an AMC simulator.", no_args_is_help=True)


class Background(Protocol):
    """What this command needs of `local.background`, which an installed client does not have."""

    def up(self, port: int, *, speed: float, empty: bool) -> tuple[LocalState, bool]:
        """Start it; the state, and whether it was up already."""

    def down(self) -> bool:
        """Stop it; False if it was not up."""

    def describe(self) -> dict[str, Any]:
        """The state and the tenants; LocalRuntimeError if it is not up."""


def _background() -> Background:
    try:
        return cast("Background", import_module("local.background"))
    except ImportError as exc:
        raise LocalRuntimeError(
            f"the local runtime is not installed ({exc}): use the wfm that WFM's Makefile installs"
        ) from exc


@app.command()
def up(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the AWS endpoint; 0 finds a free one.")] = 0,
    speed: Annotated[float, typer.Option(min=1, help="AMC's time against ours; a run takes minutes.")] = 40,
    empty: Annotated[bool, typer.Option("--empty", help="Without the three example tenants.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start it and deploy WFM into it. It stays up until `wfm local down`."""
    background = _background()
    state, was_up = background.up(port, speed=speed, empty=empty)
    if was_up:
        print("note: it is already up", file=sys.stderr)
    described = background.describe()
    if as_json:
        print_json(described)
        return
    _print(described)
    print("\nOther tools reach it with:")
    print(f"  export AWS_ENDPOINT_URL={state.endpoint} AWS_REGION={state.region} AWS_DEFAULT_REGION={state.region}")
    print("  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test")


@app.command()
def down() -> None:
    """Stop it and everything in it."""
    print("stopped" if _background().down() else "it is not up")


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show where it listens and which tenants it has. Exit code 4 if it is not up."""
    described = _background().describe()
    if as_json:
        print_json(described)
    else:
        _print(described)


def _print(described: Mapping[str, Any]) -> None:
    for name in ("endpoint", "simulator", "region", "stack"):
        print(f"{name:<12}{described[name]}")
    tenants = described["tenants"]
    if not tenants:
        print(f"{'tenants':<12}none yet")
        return
    print()
    rows = [[tenant["customerId"], tenant["status"], str(tenant["limit"])] for tenant in tenants]
    print_table(["TENANT", "STATUS", "LIMIT"], rows, status_column=1)
