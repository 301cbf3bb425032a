"""`wfm doctor`."""

import typer

from wfm.cli.exits import fail_unless
from wfm.cli.options import AsJson
from wfm.cli.output import print_all
from wfm.cli.session import client
from wfm.client.diagnosis import Finding, Verdict, examine

app = typer.Typer(add_completion=False)


@app.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Find out what is wrong with a deployment, or with the way to it. Exit code 1 if a check has FAILED.

    Credentials, region, the stack's outputs, secrets, tenants, alarms, quotas; on this machine the local runtime too.
    """
    found = list(examine(client(context, name_target=True)))
    print_all(found, ["CHECK", "VERDICT", "FOUND", "WHAT TO DO"], _row, 1, as_json=as_json)
    fail_unless(succeeded=all(one.verdict is not Verdict.FAILED for one in found))


def _row(one: Finding) -> list[str]:
    return [one.check, one.verdict, one.found, one.advice]
