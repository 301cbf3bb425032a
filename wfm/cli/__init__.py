"""The `wfm` command. The module of a subcommand is loaded when that is called, so `wfm --help` loads none of them.

Exit codes: 0 good, 1 what was waited for ended badly, 2 usage, 3 not ended in time, 4 WFM cannot be reached.
"""

import sys
from collections.abc import Callable
from pkgutil import resolve_name
from typing import Final, NoReturn

import typer

from wfm.cli.options import global_options
from wfm.errors import ClientError, UnreachableError, UsageError, WfmError

# Each is `app` of the module of its name.
COMMANDS: Final = {
    "run": "Request one run of a workflow in a customer's AMC instance.",
    "status": "Show all tenants: what is queued, waits, runs and failed today (UTC), and what comes next.",
    "report": "Write figures, timelines, durations, failures and busiest hours of a period, as one HTML file.",
    "cost": "What AWS charges in a month for so many tenants and runs, item by item.",
    "window": "Print what date expressions and named windows stand for.",
    "auth": "Let a user allow WFM to use AMC in their name; store and verify the credentials.",
    "backfill": "Run a workflow over many windows of the past.",
    "executions": "Runs: those that WFM was asked for, and those started elsewhere.",
    "library": "Workflows as files, rolled out to every tenant that they are for.",
    "queue": "The tenants' queues and dead letters.",
    "tenants": "The AMC instances that WFM serves.",
    "results": "The files that runs left in a tenant's bucket.",
    "schedules": "What runs by itself, and when.",
    "workflows": "The tenants' workflows and their status in AMC.",
    "context": "The WFMs that you work with, by name, and which of them is in use.",
    "local": "WFM on this machine, without AWS: an emulator and an AMC simulator.",
}
# The subcommand reads its own arguments, `--help` among them.
_AS_GIVEN: Final = {"allow_extra_args": True, "allow_interspersed_args": False, "ignore_unknown_options": True}

app = typer.Typer(
    name="wfm",
    help="Run and follow Amazon Marketing Cloud workflows through the Workflow Management Service.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.callback()(global_options)


def load(name: str) -> typer.Typer:
    """The subcommand of that name."""
    loaded: typer.Typer = resolve_name(f"wfm.cli.{name}:app")
    return loaded


def _subcommand(name: str, about: str) -> Callable[[typer.Context], None]:
    def call(context: typer.Context) -> None:
        command = typer.main.get_command(load(name))
        command.help = command.help or about
        with command.make_context(name, [*context.args], parent=context.parent) as inner:
            command.invoke(inner)

    return call


for _name, _about in COMMANDS.items():
    app.command(_name, help=_about, add_help_option=False, context_settings=_AS_GIVEN)(_subcommand(_name, _about))


def explain(problem: Exception) -> tuple[str, int] | None:
    """Sentence and exit code for what a person can do something about, None for a defect of ours."""
    if isinstance(problem, ClientError):
        return str(problem), problem.exit_code
    if isinstance(problem, WfmError):
        return str(problem), UsageError.exit_code
    from wfm.client.aws import explain as explain_aws

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
