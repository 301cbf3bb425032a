"""Results of many runs: a file for each in a folder, or one file for all with columns that tell whose each line is."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from wfm.client.many import Did, each
from wfm.client.runs.run import Run
from wfm.errors import UsageError
from wfm.model.statuses import has_ended

WRITTEN: Final = "WRITTEN"
WRITTEN_BEFORE: Final = "WRITTEN BEFORE"
NO_RESULT: Final = "NO RESULT"
CANCELLED: Final = "CANCELLED"  # the run, so that there is nothing to get
SUCCEEDED: Final = "SUCCEEDED"
WHOSE: Final = ("customerId", "id", "windowStart", "windowEnd")  # columns before those of the results
Lines = Callable[[Run], Iterable[bytes]]
Rows = Callable[[Run], Iterator[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Got:
    """The result for one run: WRITTEN, WRITTEN BEFORE, CANCELLED, or NO RESULT for the reason in `detail`."""

    customer_id: str
    run_id: str
    outcome: str
    detail: str

    @property
    def did(self) -> Did:
        """What was written before is not written again; what was cancelled is not missed."""
        return {WRITTEN: Did.DONE, WRITTEN_BEFORE: Did.NOTHING_LEFT, CANCELLED: Did.CANCELLED}.get(
            self.outcome, Did.FAILED
        )

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        ids = {"customerId": self.customer_id, "id": self.run_id}
        return {**ids, "outcome": self.outcome, "detail": self.detail}


def worth_getting(runs: Sequence[Run]) -> list[Run]:
    """By customer and window; without those that failed and that another run, of the same window, has made up for."""
    good = {_what(run) for run in runs if run.status == SUCCEEDED}
    wanted = [run for run in runs if run.status == SUCCEEDED or run.window is None or _what(run) not in good]
    return sorted(wanted, key=lambda run: (run.either.customer_id, run.window or ("", "", ""), run.run_id))


def _what(run: Run) -> tuple[object, ...]:
    return run.either.customer_id, run.either.workflow_id, run.window


def file_name(run: Run) -> str:
    """`acme-reach-2026-07-01-ID.csv`, from the window's start where it is known."""
    start = [run.window.start[:10]] if run.window else []
    workflow = re.sub(r"[^A-Za-z0-9_.-]", "_", run.either.workflow_id) or "query"
    return "-".join([run.either.customer_id, workflow, *start, run.run_id]) + ".csv"


def write_each(runs: Sequence[Run], lines: Lines, folder: Path) -> Iterator[Got]:
    """A file for each run; one that is there was written before, since it gets its name only when it is whole."""

    def write(run: Run) -> list[Got]:
        target = folder / file_name(run)
        if target.exists():
            return [_got(run, WRITTEN_BEFORE, str(target))]
        got = lines(_ended(run))
        with whole_file(target) as file:
            file.writelines(got)
        return [_got(run, WRITTEN, str(target))]

    return each(runs, write, _failed)


def write_all(runs: Sequence[Run], rows_of: Rows, target: BinaryIO) -> Iterator[Got]:
    """All runs in one table. One whose header differs from that of the first is left out, and named."""
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    writer, headers = csv.writer(text, lineterminator="\n"), list[Sequence[str]]()

    def write(run: Run) -> list[Got]:
        rows = rows_of(_ended(run))
        header, window = next(rows, []), run.window
        if not headers:
            headers.append(header)
            writer.writerow([*WHOSE, *header])
        if header != headers[0]:
            raise UsageError(f"its columns {', '.join(header):.120} are not those of the first, {headers[0]!s:.120}")
        whose = [run.either.customer_id, run.run_id, *((window.start, window.end) if window else ("", ""))]
        body = [[*whose, *row] for row in rows]  # whole before it is written: a part of a run is in no table
        writer.writerows(body)
        return [_got(run, WRITTEN, f"{len(body)} lines")]

    yield from each(runs, write, _failed)
    text.detach()


@contextmanager
def whole_file(target: Path) -> Iterator[BinaryIO]:
    """A file that gets its name when all is in it, and is gone when that fails."""
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _ended(run: Run) -> Run:
    if run.status != SUCCEEDED:
        raise UsageError(f"it is {run.status}{f': {run.reason}' if has_ended(run.status) and run.reason else ''}")
    return run


def _got(run: Run, outcome: str, detail: str) -> Got:
    return Got(run.either.customer_id, run.run_id, outcome, detail)


def _failed(run: Run, why: str) -> Got:
    return _got(run, CANCELLED if run.status == CANCELLED else NO_RESULT, why)
