"""A folder of workflows, and a stand-in for the machine that rolls them out."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from wfm.client.library.rollouts import follow
from wfm.client.poll_schedule import Clock
from wfm.model.tenants import TOGGLES

SQL = "SELECT\n  campaign, -- the name\n  COUNT(DISTINCT user_id) AS reach\nFROM dsp_impressions\nGROUP BY campaign"


def write(folder: Path, name: str = "reach", settings: str = "description: Who was reached.\n", sql: str = SQL) -> Path:
    """The two files of a workflow; their folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.sql").write_text(sql + "\n", encoding="utf-8")
    (folder / f"{name}.yaml").write_text(settings, encoding="utf-8")
    return folder


class FakeRollouts:
    """What `library_rollout` and the sync write, when a test says so."""

    def __init__(self, deployed: Any) -> None:
        self._records, self._workflows = deployed.table("WorkflowLibrary"), deployed.table("Workflows")

    def mark(self, workflow_id: str, version: int, status: str, tenants: int, done: int, **more: Any) -> None:
        """What the machine says of itself on the record."""
        fields: Mapping[str, Any] = {"rolloutStatus": status, "rolloutTenants": tenants, "rolloutDone": done, **more}
        record = self._records.get_item(Key={"workflowId": workflow_id, "version": version})["Item"]
        self._records.put_item(Item={**record, "rolloutExecution": f"arn:rollout-{version}", **fields})

    def row(self, customer_id: str, workflow_id: str, version: int, status: str = "SYNCED", reason: str = "") -> None:
        """A tenant's row as the library and the sync leave it."""
        row = {"customerId": customer_id, "workflowId": workflow_id, "sqlQuery": SQL, "syncStatus": status}
        more = {"libraryVersion": version, "libraryHash": "h"} | ({"syncReason": reason} if reason else {})
        self._workflows.put_item(Item=row | more)

    def take(self, customer_id: str, workflow_id: str) -> None:
        """A tenant's row goes."""
        self._workflows.delete_item(Key={"customerId": customer_id, "workflowId": workflow_id})


def put_tenant(deployed: Any, customer_id: str, *toggles: str, **changes: Any) -> None:
    """An ACTIVE tenant that lets the library do everything, or only what `toggles` say."""
    fields = {
        "customerName": customer_id,
        "amcAmazonAdsAdvertiserId": "ENTITY1",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
        "region": "NA",
        "authId": "default",
        "retentionDays": 90,
        "toggles": list(toggles or TOGGLES),
    }
    deployed.put_row(customer_id, **fields | changes)


def stored(deployed: Any) -> dict[tuple[str, int], Any]:
    records = deployed.table("WorkflowLibrary").scan()["Items"]
    return {(record["workflowId"], int(record["version"])): record for record in records}


def at_a_pace(monkeypatch: pytest.MonkeyPatch, steps: Sequence[Callable[[], None]]) -> None:
    """Before the second poll the first step is done, before the third the second, and nobody sleeps."""
    left = list(steps)

    def sleep(_seconds: float) -> None:
        if left:
            left.pop(0)()

    clock = Clock(time.monotonic, sleep)
    monkeypatch.setattr("wfm.client.library.library.follow", lambda poll, timeout, _clock: follow(poll, timeout, clock))
