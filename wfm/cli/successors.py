"""What became of what was sent again."""

from collections.abc import Collection, Sequence

import typer

from wfm.cli.output import print_json, print_table
from wfm.client.requests.resubmit_result import ResubmitResult


def tell(told: Sequence[ResubmitResult], good: Collection[str], *, as_json: bool) -> None:
    """A line, or an object, for each; exit code 1 if one of them came to another outcome than the good ones."""
    if as_json:
        print_json([one.as_json() for one in told])
    else:
        rows = [[one.request_id, one.outcome, one.successor, one.detail] for one in told]
        print_table(["ID", "OUTCOME", "NOW", "DETAIL"], rows, status_column=1)
    if any(one.outcome not in good for one in told):
        raise typer.Exit(1)
