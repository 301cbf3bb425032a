"""The `wfm` command.

Exit codes: 0 good, 1 what was waited for ended badly, 2 usage, 3 not ended in time, 4 WFM cannot be reached.
"""

import sys
from importlib import import_module
from typing import Annotated, NoReturn

import typer

from wfm.cli import (
    auth,
    backfill,
    executions,
    library,
    local,
    queue,
    reports,
    results,
    run,
    schedules,
    status,
    tenants,
    window,
    workflows,
)
from wfm.cli.session import Settings
from wfm.client.aws import explain as explain_aws
from wfm.client.connection import Connection
from wfm.errors import ClientError, UnreachableError, UsageError, WfmError

app = typer.Typer(
    name="wfm",
    help="Run and follow Amazon Marketing Cloud workflows through the Workflow Management Service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run.run)
app.command("status")(status.status)
app.command("report")(reports.report)
app.command("window")(window.window)
app.command("auth")(auth.auth)
app.add_typer(backfill.app, name="backfill")
app.add_typer(executions.app, name="executions")
app.add_typer(library.app, name="library")
app.add_typer(queue.app, name="queue")
app.add_typer(tenants.app, name="tenants")
app.add_typer(results.app, name="results")
app.add_typer(schedules.app, name="schedules")
app.add_typer(workflows.app, name="workflows")
app.add_typer(local.app, name="local")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"wfm {import_module('importlib.metadata').version('wfm')}")
        raise typer.Exit


@app.callback()
def settings(
    *,
    context: typer.Context,
    team: Annotated[str | None, typer.Option(envvar="WFM_TEAM", help="The stack is wfm-TEAM-DATASET.")] = None,
    dataset: Annotated[str | None, typer.Option(envvar="WFM_DATASET", help="Its dataset.")] = None,
    profile: Annotated[str | None, typer.Option(help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option(help="AWS region.")] = None,
    endpoint_url: Annotated[str | None, typer.Option(help="Another AWS endpoint, as an emulator's.")] = None,
    version: Annotated[  # noqa: ARG001  # its callback answers
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print WFM's version.")
    ] = False,
) -> None:
    """What every command needs to find WFM."""
    context.obj = Settings(team, dataset, Connection(profile, region, endpoint_url))


def explain(problem: Exception) -> tuple[str, int] | None:
    """Sentence and exit code for what a person can do something about, None for a defect of ours."""
    if isinstance(problem, ClientError):
        return str(problem), problem.exit_code
    if isinstance(problem, WfmError):
        return str(problem), UsageError.exit_code
    sentence = explain_aws(problem)
    return (sentence, UnreachableError.exit_code) if sentence else None


def main() -> NoReturn:
    """The entry point of the command."""
    try:
        app()
    except Exception as problem:
        explained = explain(problem)
        if explained is None:
            raise
        sentence, code = explained
        print(f"error: {sentence}", file=sys.stderr)
        sys.exit(code)
    sys.exit(0)
