"""`python -m acceptance`: say what will be made and cost, ask, do it, print the table, take all down."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NoReturn

import boto3
from botocore.exceptions import BotoCoreError
from rich.console import Console

from acceptance.account import PACE, access, on_account
from acceptance.announcement import announcement
from acceptance.checks import CHECKS
from acceptance.conduct import Report, conduct
from acceptance.cost import counted, estimate
from acceptance.deployed import FOLDER, Deployed
from acceptance.errors import AcceptanceError
from acceptance.interruption import listen, removal, teller
from acceptance.naming import Name
from acceptance.rehearsal import rehearsal
from acceptance.synthesis import synthesize
from acceptance.table import is_good, left_over, print_lines, save
from acceptance.teardown import Teardown
from local.emulator.errors import EmulatorError

WIDTH: Final = 160


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Exit code 0 if all is proven that can be here, and removed; 1 if not; 4 if nothing was made; 130 after Ctrl-C."""
    arguments = _arguments(words)
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    listen()
    try:
        if arguments.remove:
            sys.exit(_remove(Name.read(arguments.remove), arguments, console))
        sys.exit(_accept(Name.new(), arguments, console))
    except (AcceptanceError, EmulatorError) as exc:
        print(f"acceptance: {exc}", file=sys.stderr)
        sys.exit(4)
    except KeyboardInterrupt:
        print("acceptance: stopped before anything was made", file=sys.stderr)
        sys.exit(130)


def _accept(name: Name, arguments: argparse.Namespace, console: Console) -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=FOLDER) as folder, _target(name, Path(folder), arguments, console) as target:
        report = conduct(target, CHECKS, removal(_teardown(target, console).run), teller(console))
    print_lines(console, report.lines, report.left)
    console.print(f"kept as {save(FOLDER, name.text, report.lines, report.left)}")
    if report.left and arguments.target == "account":
        console.print(f"to try again: make acceptance REMOVE={name.text}")
    return _exit_code(report)


def _exit_code(report: Report) -> int:
    if report.was_interrupted:
        return 130
    return 0 if is_good(report.lines) and not report.left else 1


def _target(
    name: Name, folder: Path, arguments: argparse.Namespace, console: Console
) -> AbstractContextManager[Deployed]:
    """`folder` is for the assembly."""
    if arguments.target == "local":
        return rehearsal(name, lambda: _announced(name, "local", folder, "an emulated account", console))
    given = access(_session(arguments))
    assembly = _announced(name, "aws", folder, f"account {given.account}, {given.region}, as {given.caller},", console)
    for note in given.notes:
        console.print(note)
    if not arguments.yes:
        _ask()
    return nullcontext(on_account(name, assembly, given, arguments.profile))


def _announced(name: Name, platform: str, folder: Path, where: str, console: Console) -> Path:
    """The assembly, after it was said what it makes."""
    console.print("synthesizing the stacks")
    assembly = synthesize(name, platform, folder)
    resources = counted(assembly)
    for line in announcement(name, where, CHECKS, resources, estimate(resources), is_account=platform == "aws"):
        console.print(line)
    return assembly


def _ask() -> None:
    if not sys.stdin.isatty():
        raise AcceptanceError("nobody can be asked: YES=1 (--yes) says that it may begin")
    if input("Begin? [y/N] ").strip().lower() not in ("y", "yes"):
        raise KeyboardInterrupt


def _session(arguments: argparse.Namespace) -> boto3.Session:
    try:
        return boto3.Session(profile_name=arguments.profile, region_name=arguments.region)
    except BotoCoreError as exc:
        raise AcceptanceError(f"no credentials: {exc}") from exc


def _teardown(target: Deployed, console: Console) -> Teardown:
    return Teardown(target.name, target.session, target.account, target.pace.look, teller(console))


def _remove(name: Name, arguments: argparse.Namespace, console: Console) -> int:
    given = access(_session(arguments))
    left = Teardown(name, given.session, given.account, PACE.look, teller(console)).run()
    for line in left_over(left):
        console.print(line)
    return 1 if left else 0


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m acceptance", description="WFM on an account, checked and removed.")
    parser.add_argument("--target", choices=["account", "local"], default="account", help="local is the emulator")
    parser.add_argument("--profile", help="of the AWS configuration; else what boto3 finds")
    parser.add_argument("--region", help="of AWS; else what boto3 finds")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--remove", metavar="NAME", help="only take down what an earlier acceptance has left")
    return parser.parse_args(words)
