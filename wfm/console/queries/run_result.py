"""What the result of a run shows: its first rows, as its file has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from wfm.client.results.results import AVAILABLE
from wfm.client.wfm import Wfm
from wfm.console.given import Given

FIRST_ROWS: Final = 20
LONGEST_ROW: Final = 2000  # bytes


@dataclass(frozen=True, slots=True)
class RunResultView:
    """The header and the first rows; `note` says why there are none."""

    customer_id: str
    run_id: str
    rows: Sequence[str]
    note: str = ""


def read_run_result(wfm: Wfm, given: Given) -> RunResultView:
    """The first rows of the result of the run that the address names: one object of S3 is begun to be read."""
    customer, run_id = given.needed("tenant"), given.needed("id")
    result = wfm.results.get(customer, run_id)
    if result.state != AVAILABLE:
        return RunResultView(customer, run_id, (), result.note or f"Its result is {result.state}.")
    lines = islice(wfm.results.lines(result), FIRST_ROWS + 1)
    rows = [line[:LONGEST_ROW].decode("utf-8", "replace").rstrip("\r\n") for line in lines]
    return RunResultView(customer, run_id, rows)
