"""`wfm deliveries` as people and scripts meet it, and what is said where a deployment delivers no results."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.wfm.commands import Run
from tests.wfm.deployed import DEPLOYMENT
from tests.wfm.library_world import put_tenant, write
from wfm.model.delivery_orders import order_in
from wfm.model.result_deliveries import DeliveryOrder

FILE = "s3://files/tenant=acme/workflow=reach/window_start=2026-11-16/20261116T000000_20261123T000000.parquet"
DELIVERED = {"state": "DELIVERED", "at": "2026-11-23T15:00:00.000Z", "location": FILE, "table": "db.reach", "rows": 7}
REFUSED = {"state": "REFUSED", "at": "2026-11-23T15:00:00.000Z", "reason": "reach was bigint and is string"}
OFF = "wfm-demoteam-amcdataset delivers no results; deploy it with the parameter deliveries: on"


class Delivering:
    """A deployment that delivers results, with the tenant acme and the workflow reach."""

    def __init__(self, deployed: Any) -> None:
        self.deployed = deployed
        deployed.put_tenant("acme", bucketName="amc-acme")
        row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1", "delivery": True}
        deployed.table("Workflows").put_item(Item=row)
        self.url = deployed._sqs.create_queue(QueueName=f"{DEPLOYMENT.stack}-deliveries")["QueueUrl"]

    def run(self, number: int, delivery: Mapping[str, Any] | None = None, **fields: Any) -> None:
        """A run that ended."""
        window = {"timeWindowStart": "2026-11-16T00:00:00Z", "timeWindowEnd": "2026-11-23T00:00:00Z"}
        original = {f"{name}Original": at for name, at in window.items()}
        times = {"createTime": f"2026-11-23T14:0{number}:00Z", "lastUpdatedTime": f"2026-11-23T14:3{number}:00Z"}
        known = {"delivery": dict(delivery)} if delivery else {}
        whole = window | original | times | known | fields
        self.deployed.put_execution(f"e{number}", whole.pop("status", "SUCCEEDED"), **whole)

    def orders(self) -> list[DeliveryOrder]:
        return [order_in(message["Body"]) for message in self.deployed.messages(self.url)]


@pytest.fixture
def acme(deployed: Any, monkeypatch: pytest.MonkeyPatch) -> Delivering:
    known = replace(DEPLOYMENT, delivery_bucket="files", delivery_database="db")
    monkeypatch.setattr("wfm.client.deployment.find_deployment", lambda _client, _stack: known)
    return Delivering(deployed)


def test_a_list_has_a_line_for_each_run_whose_result_is_delivered(acme: Delivering, command: Run) -> None:
    acme.run(1, DELIVERED)
    acme.run(2, REFUSED)
    acme.run(3)
    acme.run(4, workflowId="another")
    acme.run(5, status="FAILED")
    acme.run(6, dryRun=True)

    lines = command("deliveries", "list", "--customer", "acme", "--since", "2026-11-01").out.splitlines()

    assert lines[0].split() == ["CUSTOMER", "ID", "STATE", "WORKFLOW", "WINDOW", "ENDED", "ROWS", "WHERE"]
    assert [line.split()[1:3] for line in lines[1:]] == [["e3", "NONE"], ["e2", "REFUSED"], ["e1", "DELIVERED"]]
    assert lines[2].endswith("reach was bigint and is string")
    assert lines[3].endswith(f"7     {FILE}")


def test_a_list_can_be_of_those_that_stand_so_alone(acme: Delivering, command: Run) -> None:
    acme.run(1, DELIVERED)
    acme.run(2, REFUSED)
    words = ("deliveries", "list", "--customer", "acme", "--since", "2026-11-01", "--state", "refused", "--json")

    (found,) = json.loads(command(*words).out)

    assert (found["workflowExecutionId"], found["state"], found["delivery"]) == ("e2", "REFUSED", REFUSED)


@pytest.mark.parametrize("verb", ["list", "send"])
def test_a_state_that_there_is_not_is_refused(acme: Delivering, command: Run, verb: str) -> None:
    ended = command("deliveries", verb, "--customer", "acme", "--state", "gone")

    assert ended.code == 2
    assert "--state: 'gone' is unknown; allowed: DELIVERED, SUPERSEDED, REFUSED, WAITING, FAILED, NONE" in ended.err


def test_a_state_beside_ids_is_refused_and_is_among_what_chooses_without_them(acme: Delivering, command: Run) -> None:
    acme.run(1, DELIVERED)

    beside = command("deliveries", "send", "acme/e1", "--state", "DELIVERED", "--yes")
    nothing = command("deliveries", "send", "--customer", "acme", "--yes")

    assert (beside.code, beside.err) == (2, "error: --state: stands beside ids; allowed: one of the two\n")
    assert nothing.err.endswith("--window-from, --window-to, --state or --all\n")
    assert acme.orders() == []


def test_one_is_shown_with_where_its_file_is(acme: Delivering, command: Run) -> None:
    acme.run(1, DELIVERED)

    lines = dict(line.split(maxsplit=1) for line in command("deliveries", "show", "acme/e1").out.splitlines())

    assert (lines["delivery"], lines["file"], lines["table"], lines["rows"]) == ("DELIVERED", FILE, "db.reach", "7")
    assert json.loads(command("deliveries", "show", "acme/e1", "--json").out)["delivery"]["rows"] == 7


def test_one_of_which_nothing_is_known_says_so(acme: Delivering, command: Run) -> None:
    acme.run(1)
    acme.deployed.put_request("r1")

    assert command("deliveries", "show", "acme/e1").out.splitlines()[-1].split() == ["delivery", "NONE"]
    assert json.loads(command("deliveries", "show", "acme/r1", "--json").out)["state"] == "NONE"


def test_a_run_shows_its_delivery_too(acme: Delivering, command: Run) -> None:
    acme.run(1, DELIVERED)

    assert f"file                {FILE}" in command("executions", "show", "acme/e1").out


def test_all_that_are_not_delivered_are_sent_with_all_that_their_files_need(acme: Delivering, command: Run) -> None:
    acme.run(1, DELIVERED)
    acme.run(2, REFUSED)
    acme.run(3, labels={"team": "emea"})

    ended = command("deliveries", "send", "--customer", "acme", "--all", "--yes")

    assert (ended.code, ended.err.splitlines()[-1]) == (0, "2 of 2 sent")
    orders = {order.run_id: order for order in acme.orders()}
    assert sorted(orders) == ["e2", "e3"]
    assert orders["e3"].labels == {"team": "emea"}
    assert orders["e3"].window is not None


def test_what_is_delivered_is_sent_again_if_somebody_names_it(acme: Delivering, command: Run) -> None:
    acme.run(1, DELIVERED)

    (sent,) = json.loads(command("deliveries", "send", "acme/e1", "--yes", "--json").out)

    assert (sent["outcome"], [order.run_id for order in acme.orders()]) == ("SENT", ["e1"])


def test_what_cannot_be_sent_is_named_and_the_rest_is_sent(acme: Delivering, command: Run) -> None:
    acme.run(1, status="FAILED")
    acme.run(2, workflowId="another")
    acme.run(3, dryRun=True)
    acme.run(4)

    ended = command("deliveries", "send", "acme/e1", "acme/e2", "acme/e3", "acme/e4", "--yes", "--json")

    details = {one["id"]: one["detail"] for one in json.loads(ended.out)}
    assert (ended.code, ended.err.splitlines()[-1].partition(";")[0]) == (5, "1 of 4 sent, 3 failed")
    assert details["e1"] == "id: e1 is FAILED; allowed: a run that SUCCEEDED"
    assert details["e2"] == "id: e2 is of 'another', which says no delivery: true; allowed: one that does"
    assert details["e3"].startswith("id: e3 is a dry run")
    assert [order.run_id for order in acme.orders()] == ["e4"]


def test_a_workflow_whose_row_somebody_broke_is_told_of(acme: Delivering, command: Run) -> None:
    row = {"customerId": "acme", "workflowId": "reach", "sqlQuery": "SELECT 1", "delivery": {"schemaChange": "x"}}
    acme.deployed.table("Workflows").put_item(Item=row)
    acme.run(1)

    (sent,) = json.loads(command("deliveries", "send", "acme/e1", "--yes", "--json").out)

    assert "workflow reach: delivery.schemaChange: 'x' is unknown" in sent["detail"]


def test_where_no_results_are_delivered_nothing_is_sent_and_lists_say_why(deployed: Any, command: Run) -> None:
    deployed.put_tenant("acme")
    deployed.put_execution("e1", "SUCCEEDED")

    sent = command("deliveries", "send", "acme/e1", "--yes")
    listed = command("deliveries", "list", "--customer", "acme")

    assert sent.code == 2
    assert OFF in sent.err
    assert (listed.code, OFF in listed.err) == (0, True)


@pytest.mark.parametrize(
    ("settings", "warned"),
    [
        pytest.param("delivery: true\n", True, id="true"),
        pytest.param("delivery:\n  schemaChange: version\n", True, id="an object"),
        pytest.param("delivery: false\n", False, id="false"),
        pytest.param("description: x\n", False, id="nothing"),
    ],
)
def test_a_push_warns_of_a_delivery_that_a_deployment_cannot_do(
    deployed: Any, command: Run, tmp_path: Path, settings: str, warned: bool
) -> None:
    put_tenant(deployed, "acme")
    folder = write(tmp_path / "library", settings=settings)

    ended = command("library", "push", str(folder), "--dry-run", "--no-data-sources")

    assert ended.code == 0
    assert (f"warning: delivery: reach: {OFF}" in ended.err) is warned


def test_a_push_to_one_that_can_is_silent(acme: Delivering, command: Run, tmp_path: Path) -> None:
    put_tenant(acme.deployed, "acme")
    folder = write(tmp_path / "library", settings="delivery: true\n")

    assert "delivers no results" not in command("library", "push", str(folder), "--dry-run", "--no-data-sources").err


def test_a_tenants_own_workflow_is_taken_with_the_same_note(deployed: Any, command: Run, tmp_path: Path) -> None:
    put_tenant(deployed, "acme")
    file = tmp_path / "own.json"
    file.write_text(json.dumps({"workflowId": "own", "sqlQuery": "SELECT COUNT(*) AS n FROM t", "delivery": True}))

    ended = command("workflows", "put", str(file), "--customer", "acme")

    assert (ended.code, OFF in ended.err) == (0, True)
    row = deployed.table("Workflows").get_item(Key={"customerId": "acme", "workflowId": "own"})["Item"]
    assert row["delivery"] is True


def test_a_wrong_delivery_of_a_tenants_own_workflow_is_refused(deployed: Any, command: Run, tmp_path: Path) -> None:
    put_tenant(deployed, "acme")
    file = tmp_path / "own.json"
    given = {"workflowId": "own", "sqlQuery": "SELECT COUNT(*) AS n FROM t", "delivery": {"schemachange": "version"}}
    file.write_text(json.dumps(given))

    ended = command("workflows", "put", str(file), "--customer", "acme")

    assert ended.code == 2
    assert "delivery.schemachange: is no field of it (did you mean schemaChange?); allowed: schemaChange" in ended.err


def test_results_of_a_tenant_that_is_gone_keep_nobody_elses_back(acme: Delivering, command: Run) -> None:
    acme.run(1)
    acme.run(2, customerId="a-gone")

    ended = command("deliveries", "send", "a-gone/e2", "acme/e1", "--yes", "--json")

    outcomes = {one["customerId"]: (one["outcome"], one["detail"]) for one in json.loads(ended.out)}
    assert outcomes["acme"] == ("SENT", None)
    assert "no customer 'a-gone'" in outcomes["a-gone"][1]
    assert [order.run_id for order in acme.orders()] == ["e1"]
