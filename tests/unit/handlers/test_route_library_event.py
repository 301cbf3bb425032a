"""What starts a rollout: a change of the library, and the onboarding of a tenant."""

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from functions.handlers import roll_out_library, route_library_event
from tests.builders import a_library_record
from tests.unit.rollout_machine import a_world, call, roll_out


def a_stream_record(event_id: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> dict[str, Any]:
    images = {"OldImage": _image(old), "NewImage": _image(new)}
    dynamodb = {"Keys": {"workflowId": {"S": "reach"}, "version": {"N": "1"}}, "SequenceNumber": event_id}
    dynamodb |= {name: image for name, image in images.items() if image is not None}
    return {"eventID": event_id, "eventName": "MODIFY", "eventSource": "aws:dynamodb", "dynamodb": dynamodb}


def _image(row: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if row is None else {name: TypeSerializer().serialize(value) for name, value in row.items()}


def test_every_change_of_content_in_a_batch_starts_one_rollout() -> None:
    world, record = a_world(), a_library_record()
    changes = [(None, record), (record, record | {"tags": ["retail"]}), (record, None)]
    batch = [a_stream_record(f"e{number}", old, new) for number, (old, new) in enumerate(changes)]

    answers = [call(route_library_event.handler, world, {"Records": batch}) for _ in range(2)]

    assert answers == [{"batchItemFailures": []}] * 2
    assert list(world.tasks.started.values()) == [("rollout", {"workflowId": "reach"})] * 3


def removal(version: int) -> dict[str, Any]:
    return {"Records": [a_stream_record(f"gone{version}", a_library_record(version=version), None)]}


def test_a_removed_version_under_one_that_all_tenants_have_starts_no_rollout() -> None:
    world = a_world(a_library_record(version=3))
    roll_out(world, "reach")

    for version in (1, 2):
        call(route_library_event.handler, world, removal(version))

    assert world.tasks.started == {}


def test_a_removed_version_starts_a_rollout_wherever_tenants_may_differ() -> None:
    rolled_out = a_world(a_library_record(version=3))
    roll_out(rolled_out, "reach")
    edited = a_world(a_library_record(version=3))
    roll_out(edited, "reach")
    edited.library.put(a_library_record(version=3, tags=["retail"]))
    failed = a_world(a_library_record(version=3, sqlQuery=""))
    roll_out(failed, "reach")

    for world, version in ((rolled_out, 4), (edited, 2), (failed, 2), (a_world(a_library_record(version=3)), 2)):
        call(route_library_event.handler, world, removal(version))
        assert list(world.tasks.started.values()) == [("rollout", {"workflowId": "reach"})]


def test_what_wfm_writes_onto_a_record_starts_no_rollout() -> None:
    world, record = a_world(), a_library_record()
    batch = [a_stream_record("e1", record, record | {"rolloutStatus": "ROLLING", "rolloutBatches": ["acme"]})]

    call(route_library_event.handler, world, {"Records": batch})

    assert world.tasks.started == {}


def test_an_onboarding_brings_the_whole_library_and_what_amc_lacks_of_the_tenants_own() -> None:
    """A removal took it away there, or it could not be brought while the tenant was not served."""
    world = a_world(a_library_record(), a_library_record(workflowId="broken", sqlQuery=""))
    world.tenants.save("t0000", onboardingExecution="onboarding-7")
    for workflow_id, status in (("mine", "DELETED"), ("other", "SYNCED"), ("late", "FAILED")):
        row = {"customerId": "t0000", "workflowId": workflow_id, "sqlQuery": "SELECT 1", "syncStatus": status}
        world.workflows.rows["t0000", workflow_id] = row

    answers = [call(roll_out_library.handler, world, {"customerId": "t0000"}) for _ in range(2)]

    assert answers == [{"changes": changes, "conflicts": 0, "restored": 2} for changes in (2, 0)]
    assert sorted(workflow_id for _, workflow_id in world.workflows.rows) == ["late", "mine", "other", "reach"]
    started = [(machine, document["workflowId"]) for machine, document in world.tasks.started.values()]
    assert started == [("sync", "mine"), ("sync", "late")]


def test_an_onboarding_counts_what_the_tenant_has_of_its_own_instead() -> None:
    world = a_world(a_library_record(), a_library_record(workflowId="geo"))
    own = {"customerId": "t0000", "workflowId": "reach", "sqlQuery": "SELECT 'own'"}
    world.workflows.rows["t0000", "reach"] = own

    answer = call(roll_out_library.handler, world, {"customerId": "t0000"})

    assert answer == {"changes": 2, "conflicts": 1, "restored": 0}
    assert world.workflows.rows["t0000", "reach"] == own


def test_a_tenant_on_its_way_out_gets_nothing_of_the_library() -> None:
    world = a_world(a_library_record())
    world.tenants.save("t0000", status="OFFBOARDING")

    answer = call(roll_out_library.handler, world, {"customerId": "t0000"})

    assert answer == {"changes": 0, "conflicts": 0, "restored": 0}
    assert (world.workflows.rows, world.tasks.started) == ({}, {})
