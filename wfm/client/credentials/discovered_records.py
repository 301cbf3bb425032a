"""TPS records for AMC instances that WFM does not know, one file each; no file is ever overwritten."""

import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from wfm.client import text_files
from wfm.client.adapters.tps_records import check
from wfm.client.credentials.discovery import Account, Instance
from wfm.errors import InvalidRecord, UsageError
from wfm.model import json_text
from wfm.model.credentials import DEFAULT_AUTH_ID
from wfm.model.rows import object_in

_LONGEST_ID: Final = 40
_LONGEST_NAME: Final = 200
Record = dict[str, object]


@dataclass(slots=True)
class Written:
    """Files by what became of them; `problems` says for which instances there is no usable record, and why."""

    written: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def require_folder(folder: Path) -> None:
    """UsageError for something other than a folder or a name where one can be made."""
    first = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not first.is_dir():
        raise UsageError(f"--write: {str(first)!r} is a file; allowed: a folder, which is made if it is not there")


def write_records(accounts: Sequence[Account], auth_id: str, customer_ids: Collection[str], folder: Path) -> Written:
    """Write a record for each instance without a tenant and without a record in the folder.

    `customer_ids` are those of WFM's tenants, which no record gets. UsageError if the folder cannot be written.
    """
    there = _records_in(folder)
    taken = {name.lower() for name in [*customer_ids, *(path.stem for path in there.values())]}
    written = Written()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for record in proposed(accounts, auth_id, taken):
            _write(record, folder, there, written)
    except OSError as exc:
        raise UsageError(f"--write: {str(folder)!r} cannot be written ({exc}); allowed: a folder of yours") from exc
    return written


def proposed(accounts: Sequence[Account], auth_id: str, taken: Collection[str]) -> list[Record]:
    """A record for each instance that has no tenant.

    One that several accounts show gets the first of them. The customerId is made of the instance's name; where that has
    none, or another has the same, it is the instance id.
    """
    found = [(account, each) for account in accounts for each in account.instances if each.customer_id is None]
    unknown = list({each.instance_id: (account, each) for account, each in reversed(found)}.values())[::-1]
    counts = Counter(_slug(instance.name) for _, instance in unknown)
    single = {slug for slug, count in counts.items() if slug and count == 1 and slug not in taken}
    return [_record(account, instance, auth_id, single) for account, instance in unknown]


def _record(account: Account, instance: Instance, auth_id: str, single: Collection[str]) -> Record:
    slug = _slug(instance.name)
    optional = {"BucketName": instance.bucket, "authId": auth_id if auth_id != DEFAULT_AUTH_ID else ""}
    return {
        "customerId": slug if slug in single else instance.instance_id[:_LONGEST_ID],
        "customerName": (instance.name or instance.instance_id)[:_LONGEST_NAME],
        "amcInstanceId": instance.instance_id,
        "amcAmazonAdsAdvertiserId": account.account_id,
        "amcAmazonAdsMarketplaceId": account.marketplace_id,
        **{name: value for name, value in optional.items() if value},
    }


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:_LONGEST_ID].strip("-")


def _records_in(folder: Path) -> dict[str, Path]:
    """The folder's files by their instance id, or by their path where they have none."""
    found: dict[str, Path] = {}
    for path in sorted(folder.glob("*.json")):
        try:
            instance_id = object_in(json_text.read(text_files.read(path))).get("amcInstanceId")
        except (OSError, ValueError):
            instance_id = None
        found[str(instance_id or path)] = path
    return found


def _write(record: Record, folder: Path, there: dict[str, Path], written: Written) -> None:
    instance_id = str(record["amcInstanceId"])
    if instance_id in there:
        written.kept.append(there[instance_id])
        return
    try:
        check(record)
    except InvalidRecord as exc:
        written.problems.append(f"{instance_id}: {exc}")
        return
    path = folder / f"{record['customerId']}.json"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(json.dumps(record, indent=2) + "\n")
        written.written.append(path)
    except FileExistsError:
        written.problems.append(f"{instance_id}: {path} exists and is not its record; rename the file")
