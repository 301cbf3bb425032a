"""Arguments and options that many commands have."""

from typing import Annotated

import typer

Customer = Annotated[str, typer.Argument(metavar="CUSTOMER", help="Customer id.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
Wait = Annotated[bool, typer.Option("--wait", help="Follow it to its end; its outcome is the exit code.")]
Timeout = Annotated[float, typer.Option(min=0, help="Seconds to wait at most (exit code 3).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OnlyJson = Annotated[bool, typer.Option("--json", help="Print JSON and no progress.")]
