"""The client that a command works with, from the options before the command's name."""

import os
import sys
from pathlib import Path

import typer

from wfm.cli.options import GlobalOptions
from wfm.client.connection import Connection, connect
from wfm.client.wfm import Wfm


def client(context: typer.Context) -> Wfm:
    """The client; names the endpoint on stderr if it is not obvious."""
    given: GlobalOptions = context.obj
    connection = connect(os.environ, Path.cwd(), Connection(given.profile, given.region, given.endpoint_url))
    if connection.note:
        print(f"note: {connection.note}", file=sys.stderr)
    return Wfm(given.team, given.dataset, connection)
