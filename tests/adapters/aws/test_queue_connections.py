from typing import TYPE_CHECKING, Any

import pytest

from functions.aws.queues import TenantQueues
from tests.adapters.queue_contents import settings
from wfm.errors import NotReadyYet

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient


def test_a_queue_is_connected_once(
    queues: TenantQueues, lambda_client: "LambdaClient", sqs: "SQSClient", start_execution: str
) -> None:
    queue, _ = queues.ensure("acme")

    assert queues.connect(queue, enabled=True) == queues.connect(queue, enabled=True)

    (mapping,) = lambda_client.list_event_source_mappings()["EventSourceMappings"]
    assert mapping["EventSourceArn"] == settings(sqs, queue)["QueueArn"]
    assert mapping["FunctionArn"] == start_execution
    assert mapping["BatchSize"] == 10
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_each_tenant_has_a_connection_of_its_own(queues: TenantQueues, start_execution: str) -> None:
    (one, _), (other, _) = queues.ensure("acme"), queues.ensure("umbrella")

    assert queues.connect(one, enabled=True) != queues.connect(other, enabled=True)


def test_a_connection_says_how_it_stands(queues: TenantQueues, start_execution: str) -> None:
    queue, _ = queues.ensure("acme")

    assert queues.mapping_state(queues.connect(queue, enabled=True)) == "Enabled"


def test_a_paused_tenant_is_connected_and_gets_nothing(
    queues: TenantQueues, lambda_client: "LambdaClient", start_execution: str
) -> None:
    queue, _ = queues.ensure("acme")

    mapping = queues.connect(queue, enabled=False)

    assert queues.mapping_state(mapping) == "Disabled"


def test_a_connection_is_switched_and_stays_the_same(queues: TenantQueues, start_execution: str) -> None:
    queue, _ = queues.ensure("acme")

    found = [
        (queues.connect(queue, enabled=enabled), queues.mapping_state(queues.connect(queue, enabled=enabled)))
        for enabled in (True, False, False, True)
    ]

    assert [state for _, state in found] == ["Enabled", "Disabled", "Disabled", "Enabled"]
    assert len({mapping for mapping, _ in found}) == 1


@pytest.mark.parametrize(("state", "enabled"), [("Enabling", True), ("Enabled", False), ("Disabling", False)])
def test_a_connection_that_is_on_its_way_is_not_switched_again(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch, state: str, enabled: bool
) -> None:
    queue, _ = queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, state)

    assert queues.connect(queue, enabled=enabled) == "mapping-1"

    assert asked == ([] if state.endswith("ing") else [{"UUID": "mapping-1", "Enabled": enabled}])


@pytest.mark.parametrize(("state", "enabled"), [("Disabling", True), ("Enabling", False), ("Updating", True)])
def test_a_connection_that_is_on_its_way_elsewhere_is_waited_for(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch, state: str, enabled: bool
) -> None:
    queue, _ = queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, state)

    with pytest.raises(NotReadyYet, match=state):
        queues.connect(queue, enabled=enabled)

    assert asked == []


def test_a_connection_that_is_being_deleted_is_waited_for(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    queue, _ = queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, "Deleting")

    for enabled in (True, False):
        with pytest.raises(NotReadyYet, match="mapping-1"):
            queues.connect(queue, enabled=enabled)

    assert asked == []


def watch_switching(monkeypatch: pytest.MonkeyPatch, client: "LambdaClient", state: str) -> list[Any]:
    """One mapping in a state that moto passes over; what is asked of it."""
    asked: list[Any] = []
    known = {"EventSourceMappings": [{"UUID": "mapping-1", "State": state}]}
    monkeypatch.setattr(client, "list_event_source_mappings", lambda **_: known)
    for name in ("update_event_source_mapping", "delete_event_source_mapping"):
        monkeypatch.setattr(client, name, lambda **change: asked.append(change))
    return asked


def test_a_disconnected_queue_hands_nothing_out_and_stays(
    queues: TenantQueues, sqs: "SQSClient", lambda_client: "LambdaClient", start_execution: str
) -> None:
    (one, _), (other, _) = queues.ensure("acme"), queues.ensure("umbrella")
    queues.connect(one, enabled=True)
    kept = queues.connect(other, enabled=True)

    for _ in range(2):
        queues.disconnect("acme")

    (left,) = lambda_client.list_event_source_mappings()["EventSourceMappings"]
    assert left["UUID"] == kept
    assert settings(sqs, one)["QueueArn"]


@pytest.mark.parametrize("state", ["Creating", "Updating", "Enabling", "Disabling"])
def test_a_connection_that_is_on_its_way_is_cut_later(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, state)

    with pytest.raises(NotReadyYet, match=f"mapping-1 is {state}"):
        queues.disconnect("acme")

    assert asked == []


def test_a_connection_that_is_being_cut_is_not_cut_again(
    queues: TenantQueues, lambda_client: "LambdaClient", monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.ensure("acme")
    asked = watch_switching(monkeypatch, lambda_client, "Deleting")

    queues.disconnect("acme")

    assert asked == []


def test_a_connection_of_an_idle_queue_costs_nothing(
    queues: TenantQueues, lambda_client: "LambdaClient", start_execution: str
) -> None:
    """With MaximumConcurrency Lambda polls an idle queue all the time; one that has it loses it."""
    queue, _ = queues.ensure("acme")
    mapping = queues.connect(queue, enabled=True)
    assert "ScalingConfig" not in lambda_client.get_event_source_mapping(UUID=mapping)
    lambda_client.update_event_source_mapping(UUID=mapping, ScalingConfig={"MaximumConcurrency": 2})

    assert queues.connect(queue, enabled=True) == mapping

    assert not lambda_client.get_event_source_mapping(UUID=mapping).get("ScalingConfig")
