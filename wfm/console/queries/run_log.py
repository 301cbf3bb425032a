"""What the log of a run shows: the lines of all Lambdas and of its machine, as `wfm executions logs` prints them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.runs.logs import OWN_COLUMNS, LogLine
from wfm.client.wfm import Wfm
from wfm.console.given import Given
from wfm.errors import UnreachableError

MOST_LINES: Final = 500


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line; `fields` are what else it says, in words."""

    line: LogLine
    fields: str


@dataclass(frozen=True, slots=True)
class RunLogView:
    """The oldest lines of a run's log; `note` says why there are none."""

    customer_id: str
    run_id: str
    lines: Sequence[ShownLine]
    is_cut: bool
    note: str = ""


def read_run_log(wfm: Wfm, given: Given) -> RunLogView:
    """The log of the run that the address names: one query for each fifty log groups, for which AWS charges."""
    customer, run_id = given.needed("tenant"), given.needed("id")
    try:
        log = wfm.runs.logs([(customer, run_id)], limit=MOST_LINES)
    except UnreachableError as exc:
        return RunLogView(customer, run_id, (), is_cut=False, note=str(exc))
    return RunLogView(customer, run_id, [_shown(line) for line in log.lines], log.is_cut)


def _shown(line: LogLine) -> ShownLine:
    others = {name: value for name, value in line.fields.items() if name not in OWN_COLUMNS}
    return ShownLine(line, json.dumps(others, ensure_ascii=False) if others else "")
