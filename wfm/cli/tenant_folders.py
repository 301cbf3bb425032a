"""`wfm tenants add` of many TPS records: checked together, written one by one, summed up once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from wfm.cli.confirming import confirm
from wfm.cli.given_files import read_object
from wfm.cli.many_tenants import follow, show
from wfm.cli.notes import print_note
from wfm.cli.output import counted
from wfm.client.many import explain
from wfm.client.tenants.changed import UNCHANGED, Changed, refused
from wfm.client.tenants.onboarding import SERVICEABLE
from wfm.client.wfm import Wfm
from wfm.errors import InvalidFilesError, UsageError, WfmError
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


def add_many(
    wfm: Wfm,
    given: Sequence[str],
    complete: Callable[[Record], Record],
    *,
    yes: bool,
    timeout: float | None,
    as_json: bool,
) -> None:
    """Write all records of files and folders, and follow their onboardings for `timeout` seconds if that is given.

    InvalidFilesError names what is wrong in all files, before anything is written.
    """
    planned = _plan(wfm, _paths(given), complete)
    changing = [each for each in planned if each.action != UNCHANGED]
    if changing:
        lines = [f"{each.customer_id}: {each.action} ({each.record.get('amcInstanceId')})" for each in changing]
        confirm([f"{len(changing)} of {len(planned)} tenants change", *lines], "Go on?", yes=yes)
    changed = [_put(wfm, each) for each in counted(planned, len(planned), "writing")]
    if timeout is not None:
        changed = follow(wfm, changed, timeout, "onboarding")
    show(changed, "done", as_json=as_json)


def _paths(given: Sequence[str]) -> list[Path]:
    paths: list[Path] = []
    for name in dict.fromkeys(given):
        folder = Path(name)
        found = sorted(folder.glob("*.json")) if folder.is_dir() else [folder]
        if not found:
            raise UsageError(f"FILE: {name!r} has no *.json; allowed: a TPS record, or a folder of them")
        paths += found
    return paths


def _plan(wfm: Wfm, paths: Sequence[Path], complete: Callable[[Record], Record]) -> list[Planned]:
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
            print_note(f"{path}: {warning}")
        again = action == UNCHANGED and record["customerId"] not in well
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


def _put(wfm: Wfm, planned: Planned) -> Changed:
    if planned.action == UNCHANGED:
        return Changed(planned.customer_id, UNCHANGED)
    try:
        return Changed(planned.customer_id, planned.action, change=wfm.tenants.put(planned.record))
    except Exception as problem:
        why = explain(problem)
        if why is None:
            raise
        return refused(planned.customer_id, why)
