"""The client that a command works with, from the options before the command's name."""

import os
import sys
from pathlib import Path

import typer

from wfm.cli.notes import print_note
from wfm.cli.options import GlobalOptions
from wfm.cli.targets import changed, target, terminal_of
from wfm.client.connection import Connection, connect
from wfm.client.wfm import Wfm


def client(context: typer.Context, *, name_target: bool = False) -> Wfm:
    """The client. On a terminal a first line on stderr names what it speaks to, when that is not what it was.

    With `name_target` the line comes each time, in a pipe too.
    """
    given: GlobalOptions = context.obj
    environment = dict(os.environ)
    for variable, option in (("WFM_TEAM", given.team), ("WFM_DATASET", given.dataset)):
        if option:
            environment.pop(variable, None)
    connection = connect(
        environment, Path.cwd(), Connection(given.profile, given.region, given.endpoint_url), given.context
    )
    wfm = Wfm(given.team, given.dataset, connection)
    if not given.quiet:
        _announce(wfm, always=name_target)
    return wfm


def _announce(wfm: Wfm, *, always: bool) -> None:
    line, note = target(wfm), wfm.connection.note
    is_new = sys.stderr.isatty() and changed(os.environ, terminal_of(sys.stderr.fileno()), line)
    if is_new or always:
        print(line, file=sys.stderr)
    is_said = always or sys.stderr.isatty()
    if note and not (is_said and wfm.connection.is_local):
        print_note(note)
