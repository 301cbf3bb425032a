"""The client that a command works with, from the options before the command's name."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import typer

from wfm.client.connection import Connection, connect
from wfm.client.wfm import Wfm


@dataclass(frozen=True, slots=True)
class Settings:
    """The options that every command shares."""

    team: str | None
    dataset: str | None
    connection: Connection


def client(context: typer.Context) -> Wfm:
    """The client; says on stderr to whom it speaks if that is not obvious."""
    settings: Settings = context.obj
    connection = connect(os.environ, Path.cwd(), settings.connection)
    if connection.note:
        print(f"note: {connection.note}", file=sys.stderr)
    return Wfm(settings.team, settings.dataset, connection)
