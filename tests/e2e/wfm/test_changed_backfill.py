"""What a new version of the library and a tenant's new values leave stale is run again, and found by its labels."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from tests.e2e.deployment import PATIENCE, Deployment, TenantUnderTest, wait_until
from tests.e2e.inbox import read, subscribe
from tests.e2e.wfm.test_library_rollout import put, wait_for_rollout
from tests.e2e.wfm.test_tenant_values import DEFAULTS, PARAMETERS, SQL, is_synced
from wfm import Connection, Wfm

LABELS = {"team": "emea", "kind": "repair"}
BEFORE, AFTER = SQL.replace("campaign,", "advertiser,"), SQL


@pytest.fixture(scope="module")
def client(wfm: Deployment) -> Wfm:
    runtime = wfm.runtime
    return Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))


class Backfilling:
    """Two weeks of a workflow for these tenants, again and again."""

    def __init__(self, client: Wfm, workflow: str, tenants: Sequence[TenantUnderTest]) -> None:
        today = datetime.now(UTC).date()
        week = {"start": str(today - timedelta(days=28)), "end": str(today - timedelta(days=14)), "days": 7}
        self._plan: dict[str, Any] = {"customerIds": [one.id for one in tenants], "workflowId": workflow, **week}
        self._backfills = client.backfills

    def changed(self, *only: str) -> dict[str, dict[str, int]]:
        """Of each tenant what would be run, by reason; as `--only changed` chooses it, or as `only` says."""
        chosen = self._backfills.select(self._backfills.preview("b", self._plan), only or "changed")
        return {one: dict(reasons) for one, reasons in chosen.left.items()}

    def run(self, backfill_id: str, *, only: str = "", **fields: Any) -> dict[str, int]:
        """Run it to its end, whole or only what has changed; its requests by status."""
        plan = self._plan | fields
        if only:
            plan["numbers"] = self._backfills.select(self._backfills.preview(backfill_id, plan), only).text
        return self._backfills.start(backfill_id, plan).wait(PATIENCE).counts


def push(client: Wfm, name: str, version: int, sql: str, tenants: Sequence[TenantUnderTest]) -> None:
    """A version that all of them have in AMC."""
    fields = {"tags": [tenants[0].id], "inputParameters": PARAMETERS, "defaultPayload": DEFAULTS}
    put(tenants[0], name, version=version, sql=sql, **fields)
    wait_for_rollout(tenants[0].deployment, name, version)
    for tenant in tenants:
        wait_until(partial(is_synced, client, tenant, name), f"version {version} is in AMC of {tenant.id}")


def test_only_what_has_changed_is_run_again_and_is_found_by_its_labels(wfm: Deployment, client: Wfm) -> None:
    first = wfm.a_tenant("fresh", enableWorkflowLibrary=True, values={"own_brands": ["Kitchen"]})
    second = wfm.a_tenant("stale", enableWorkflowLibrary=True, tags=[first.id], values={"own_brands": ["Bath"]})
    client.tenants.change(first.id, {"tags": [first.id]}).wait(PATIENCE)
    tenants, name, inbox = [first, second], f"week-{first.id}", subscribe(wfm, first.id, labels=["kind=repair"])
    push(client, name, 1, BEFORE, tenants)
    backfilling = Backfilling(client, name, tenants)

    never, missing = backfilling.changed(), backfilling.changed("missing", "changed")
    ran = backfilling.run(f"a-{first.id}")
    unchanged = backfilling.changed()
    push(client, name, 2, AFTER, tenants)
    defined = backfilling.changed()
    repaired = backfilling.run(f"b-{first.id}", only="changed", labels=LABELS)
    done = backfilling.changed()
    client.tenants.change(second.id, {"values": {"own_brands": ["Bath", "Garden"]}}).wait(PATIENCE)
    wait_until(lambda: "Garden" in str(second.row().get("tenantValues")), "the changed value has arrived")
    valued = backfilling.changed()
    again = backfilling.run(f"c-{first.id}", only="changed", labels={"team": "us"})

    def of_each(reasons: dict[str, int]) -> dict[str, dict[str, int]]:
        return {one.id: reasons for one in tenants}

    assert (never, missing) == (of_each({}), of_each({"never asked": 2}))
    assert (ran, unchanged) == ({"SUCCEEDED": 4}, of_each({}))
    assert defined == of_each({"definition (library version 1 -> 2)": 2})
    assert (repaired, done) == ({"SUCCEEDED": 4}, of_each({}))
    assert valued == {first.id: {}, second.id: {"values own_brands": 2}}
    assert again == {"SUCCEEDED": 2}

    found = client.runs.list([one.id for one in tenants], labels=LABELS)
    assert {run.source for run in found} == {f"backfill:b-{first.id}"}
    assert len(found) == 4
    requests = [row for row in first.requests().values() if row["source"] == f"backfill:b-{first.id}"]
    rows = [row for row in first.executions() if row.get("backfillId") == f"b-{first.id}"]
    assert [row["labels"] for row in [*requests, *rows]] == [LABELS] * 4
    told = wait_until(lambda: ended(read(wfm, inbox)), "the ends of both runs are told")
    assert {message["backfillId"] for message in told} == {f"b-{first.id}"}
    listed = client.backfills.list(labels={"team": "emea"}, workflow=name)
    assert [one.execution.backfill_id for one in listed] == [f"b-{first.id}"]


def ended(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those of two runs that have succeeded."""
    found = [one for one in messages if one["executionStatus"] == "SUCCEEDED"]
    return found if len({one["requestId"] for one in found}) == 2 else []
