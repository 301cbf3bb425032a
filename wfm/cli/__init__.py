"""The `wfm` command. The module of a subcommand is loaded when that is called, so `wfm --help` loads none of them.

How it ends is `ExitCode` of wfm/errors.py.
"""

import sys
from collections.abc import Sequence
from pkgutil import resolve_name
from typing import Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from wfm.cli.numbers import refused_number
from wfm.cli.options import global_options
from wfm.errors import ClientError, ExitCode, WfmError

# Each is `app` of the module of its name.
COMMANDS: Final = {
    "run": "Run a workflow in the AMC instance of one, many or all customers.",
    "status": "Show all tenants: what is queued, waits, runs and failed today (UTC), and what comes next.",
    "console": "Serve every tenant, run and machine as live pages, for a browser on this machine.",
    "mcp": "Serve the deployment to an AI agent, as tools of the Model Context Protocol.",
    "report": "Write figures, timelines, durations, failures and busiest hours of a period, as one HTML file.",
    "cost": "What AWS charges in a month for so many tenants and runs, item by item.",
    "window": "Print what date expressions and named windows stand for.",
    "auth": "Let a user allow WFM to use AMC in their name; store and verify the credentials.",
    "backfill": "Run a workflow over many windows of the past.",
    "chains": "Which workflows run after others, and how that went for each window.",
    "deliveries": "Results as Parquet files: how each stands, and having them delivered again.",
    "executions": "Runs: those that WFM was asked for, and those started elsewhere.",
    "library": "Workflows as files, rolled out to every tenant that they are for.",
    "queue": "The tenants' queues and dead letters.",
    "tenants": "The AMC instances that WFM serves.",
    "results": "The files that runs left in a tenant's bucket.",
    "schedules": "What runs by itself, and when.",
    "workflows": "The tenants' workflows and their status in AMC.",
    "doctor": "Find out what is wrong with a deployment, or with the way to it.",
    "context": "The WFMs that you work with, by name, and which of them is in use.",
    "migrate": "Take over what the predecessors' tables and rules hold: show it, and with --apply write it.",
    "uninstall": "Remove what WFM made in the account at run time, before its stack is deleted.",
    "local": "WFM on this machine, without AWS: an emulator and an AMC simulator.",
    "demo": "WFM under a burst of requests and a phase of faults, on this machine.",
}


class Commands(TyperGroup):
    """The subcommands by what `COMMANDS` says of them; one is loaded when it is called, or completed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is meant, and what is left of its words."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and load(command.name or ""), rest

    def invoke(self, ctx: Any) -> Any:
        """Call it; what is wrong is said in our words, and names what was typed."""
        words = [*ctx._protected_args, *ctx.args]  # noqa: SLF001  # click's way to the words before they are used up
        try:
            return super().invoke(ctx)
        except typer.BadParameter as problem:
            if refused := refused_number(problem):
                raise refused from problem
            raise
        except Exception as problem:
            explained = explain(problem)
            if explained is None:
                raise
            from wfm.cli.typed_options import Typed

            sentence, code = explained
            typed = Typed.of(load(words[0]), words[1:])
            raise typer.Exit(_fail(typed.rename(sentence), code)) from problem


app = typer.Typer(
    name="wfm",
    cls=Commands,
    help="Run and follow Amazon Marketing Cloud workflows through the Workflow Management Service.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.callback()(global_options)


def load(name: str) -> Any:
    """The subcommand of that name, from its module."""
    loaded = typer.main.get_command(resolve_name(f"wfm.cli.{name}:app"))
    loaded.name, loaded.help = name, loaded.help or COMMANDS[name]
    return loaded


def _stand_in() -> None:
    """What is loaded when it is meant."""


for _name, _about in COMMANDS.items():
    app.command(_name, help=_about)(_stand_in)


def explain(problem: Exception) -> tuple[str, ExitCode] | None:
    """Sentence and exit code for what a person can do something about, None for a defect of ours."""
    if isinstance(problem, ClientError):
        return str(problem), problem.exit_code
    if isinstance(problem, WfmError):
        return str(problem), ExitCode.USAGE
    if "botocore" not in sys.modules:
        return None
    from wfm.client.aws import explain as explain_aws

    sentence = explain_aws(problem)
    return (sentence, ExitCode.UNREACHABLE) if sentence else None


def main(words: Sequence[str] | None = None) -> NoReturn:
    """The entry point of the command; `words` stand in place of those that were typed."""
    try:
        app(words)
    except Exception as problem:
        explained = explain(problem)
        if explained is None:
            raise
        sys.exit(_fail(*explained))
    sys.exit(ExitCode.GOOD)


def _fail(sentence: str, code: ExitCode) -> ExitCode:
    """Say on stderr what is wrong; the exit code."""
    print(f"error: {sentence}", file=sys.stderr)
    return code
