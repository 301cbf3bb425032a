"""`wfm tenants add DIR`: all TPS records of a folder, checked together, written one by one, summed up once."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from wfm.cli.confirming import confirm
from wfm.cli.exits import interruptible
from wfm.cli.given_files import read_object
from wfm.cli.output import counted, print_json, print_table
from wfm.client.machines import Outcome
from wfm.client.tenants.onboarding import SERVICEABLE, TenantChange
from wfm.client.wfm import Wfm
from wfm.errors import ExitCode, InvalidFilesError, NotEndedInTimeError, UsageError, WfmError
from wfm.model.record_fields import unread_in_customer

Record = dict[str, object]


@dataclass(frozen=True, slots=True)
class Planned:
    """A record and what writing it does: "add", "change", "again" (onboard once more) or "unchanged"."""

    record: Record
    action: str

    @property
    def customer_id(self) -> str:
        """Checked already."""
        return str(self.record["customerId"])


@dataclass(slots=True)
class Done:
    """What became of a record; `change` is None where nothing was started."""

    customer_id: str
    action: str
    status: str = ""
    reason: str = ""
    change: TenantChange | None = None
    exit_code: ExitCode = ExitCode.GOOD

    def as_json(self) -> dict[str, str | None]:
        """`status` is null without --wait."""
        return {
            "customerId": self.customer_id,
            "change": self.action,
            "status": self.status or None,
            "reason": self.reason or None,
        }


def add_folder(
    wfm: Wfm,
    folder: Path,
    complete: Callable[[Record], Record],
    *,
    yes: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    """Write all records of the folder, and follow their onboardings for `timeout` seconds if that is given.

    InvalidFilesError names what is wrong in all files, before anything is written. Exit code 1 if a tenant failed, 3 if
    one has not ended in time.
    """
    planned = _plan(wfm, folder, complete)
    changing = [each for each in planned if each.action != "unchanged"]
    if changing:
        lines = [f"{each.customer_id}: {each.action} ({each.record.get('amcInstanceId')})" for each in changing]
        confirm([f"{len(changing)} of {len(planned)} tenants change", *lines], "Go on?", yes=yes)
    done = list(counted((_put(wfm, each) for each in planned), len(planned), "writing"))
    if timeout is not None:
        _follow(wfm, done, timeout)
    _show(done, as_json)
    codes = {each.exit_code for each in done}
    raise typer.Exit(ExitCode.FAILED if ExitCode.FAILED in codes else max(codes))


def _plan(wfm: Wfm, folder: Path, complete: Callable[[Record], Record]) -> list[Planned]:
    paths = sorted(folder.glob("*.json"))
    if not paths:
        raise UsageError(f"FILE: {str(folder)!r} has no *.json; allowed: a TPS record, or a folder of them")
    well = {tenant.customer_id for tenant in wfm.tenants.list() if tenant.status in SERVICEABLE}
    planned: list[Planned] = []
    problems: list[str] = []
    first: dict[tuple[str, object], Path] = {}
    for path in paths:
        try:
            record = complete(read_object(str(path), "FILE", "a", "TPS record"))
            action = wfm.tenants.preview(record)
        except WfmError as exc:
            problems.append(f"{path}: {exc}")
            continue
        problems += _clashes(path, record, first)
        for warning in unread_in_customer(record):
            print(f"note: {path}: {warning}", file=sys.stderr)
        again = action == "unchanged" and record["customerId"] not in well
        planned.append(Planned(record, "again" if again else action))
    if problems:
        raise InvalidFilesError(problems)
    return planned


def _clashes(path: Path, record: Record, first: dict[tuple[str, object], Path]) -> list[str]:
    """What the record shares with an earlier file of the folder and must not."""
    keys = [(name, record[name]) for name in ("customerId", "amcInstanceId") if record.get(name)]
    clashing = [(key, first[key]) for key in keys if key in first]
    first |= {key: path for key in keys if key not in first}
    return [f"{path}: {name}: {value} is in {other} too; allowed: one file" for (name, value), other in clashing]


def _put(wfm: Wfm, planned: Planned) -> Done:
    done = Done(planned.customer_id, planned.action)
    if planned.action != "unchanged":
        try:
            done.change = wfm.tenants.put(planned.record)
        except WfmError as exc:
            done.action, done.reason, done.exit_code = "not written", str(exc), ExitCode.FAILED
    return done


def _follow(wfm: Wfm, done: Sequence[Done], timeout: float) -> None:
    """Wait for all changes: they go on side by side, so that one deadline is for all."""
    deadline = time.monotonic() + timeout
    changed = [each for each in done if each.change]
    with interruptible(Console(stderr=True), "wfm tenants list"):
        for each in counted(changed, len(changed), "onboarding"):
            _wait(wfm, each, max(0.0, deadline - time.monotonic()))


def _wait(wfm: Wfm, done: Done, seconds: float) -> None:
    if done.change is None:
        return
    try:
        *_, outcome = wfm.tenants.wait(done.change, seconds)
    except NotEndedInTimeError as exc:
        done.status, done.reason, done.exit_code = "NOT ENDED", str(exc), exc.exit_code
        return
    if isinstance(outcome, Outcome):
        done.status, done.reason = outcome.status, outcome.reason or ""
        done.exit_code = ExitCode.GOOD if outcome.succeeded else ExitCode.FAILED


def _show(done: Sequence[Done], as_json: bool) -> None:
    if as_json:
        print_json([each.as_json() for each in done])
    else:
        rows = [[each.customer_id, each.action, each.status, each.reason] for each in done]
        print_table(["CUSTOMER", "CHANGE", "STATUS", "REASON"], rows, 2)
    counts = Counter(each.status or each.action for each in done)
    print(", ".join(f"{count} {name}" for name, count in counts.items()), file=sys.stderr)
