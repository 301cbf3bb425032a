"""Arguments and options that many commands have."""

from dataclasses import dataclass
from typing import Annotated

import typer

from wfm.cli.notes import leave_out_notes
from wfm.errors import UsageError


def filled(param: typer.CallbackParam, value: str | None) -> str | None:
    """An unset variable leaves an empty text, which would choose everything."""
    if value is not None and not value.strip():
        raise UsageError(f"{param.opts[0]}: {value!r} is empty; allowed: a value, or leave it out")
    return value


Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow it to its end; its outcome is the exit code.")]
Timeout = Annotated[float, typer.Option(min=0, help="Seconds to wait at most (exit code 3).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OnlyJson = Annotated[bool, typer.Option("--json", help="Print JSON and no progress.")]


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The options before the command's name."""

    team: str | None
    dataset: str | None
    profile: str | None
    region: str | None
    endpoint_url: str | None
    context: str | None
    quiet: bool


def complete_context(incomplete: str) -> list[str]:
    """For the completion of a shell: the names of contexts that begin so."""
    import os

    from wfm.client.contexts import read_contexts

    return [name for name in read_contexts(os.environ).by_name if name.startswith(incomplete)]


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"wfm {version('wfm')}")
        raise typer.Exit


def global_options(
    *,
    context: typer.Context,
    context_name: Annotated[
        str | None,
        typer.Option(
            "--context",
            metavar="NAME",
            help="One of `wfm context list`; WFM_CONTEXT does the same.",
            autocompletion=complete_context,
        ),
    ] = None,
    team: Annotated[str | None, typer.Option(help="The stack is wfm-TEAM-DATASET; WFM_TEAM does the same.")] = None,
    dataset: Annotated[
        str | None, typer.Option(help="The dataset in the stack's name; WFM_DATASET does the same.")
    ] = None,
    profile: Annotated[str | None, typer.Option(help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region.")] = None,
    endpoint_url: Annotated[str | None, typer.Option(help="Another AWS endpoint, such as an emulator's.")] = None,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Leave out notes, and the line that names the target.")
    ] = False,
    version: Annotated[  # noqa: ARG001  # its callback answers
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print WFM's version.")
    ] = False,
) -> None:
    """What every command needs to find WFM."""
    leave_out_notes(quiet=quiet)
    context.obj = GlobalOptions(team, dataset, profile, region, endpoint_url, context_name, quiet)
