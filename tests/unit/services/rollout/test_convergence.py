"""A tenant comes to what the library wants, whatever happens meanwhile."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.builders import a_library_record, a_tenant_row
from tests.unit.services.rollout.library_world import a_world, roll_all_out, roll_out, versions
from wfm.errors import InvalidRecord, NotReadyYet
from wfm.model.rollout_plan import tenant_in_service


def test_a_rollout_says_what_it_did() -> None:
    world = a_world(a_library_record())

    first, second = roll_out(world), roll_out(world)

    assert (first.changes, first.matched) == (2, True)
    assert (second.changes, second.matched) == (0, True)
    assert world.workflows.rows["acme", "reach"]["syncStatus"] == "PENDING"


def test_the_next_lower_version_takes_over_from_one_that_is_taken_back() -> None:
    world = a_world(a_library_record(), a_library_record(version=2, sqlQuery="SELECT 2"))
    roll_out(world)

    del world.library.records["reach", 2]
    roll_out(world)

    assert versions(world) == {"reach": 1, "schedule reach": 1}


@pytest.mark.parametrize("tenant", [{"status": "OFFBOARDED"}, {"status": "FAILED"}, {"amcInstanceId": None}])
def test_a_tenant_out_of_service_gets_nothing(tenant: dict[str, Any]) -> None:
    world = a_world(a_library_record())
    row = {name: value for name, value in (a_tenant_row() | tenant).items() if value is not None}
    world.tenants.rows["acme"] = row

    assert tenant_in_service(row) is None
    assert roll_out(world).changes == 0
    assert roll_all_out(world).changes == 0
    assert versions(world) == {}


def test_a_record_that_cannot_be_read_leaves_what_is_there() -> None:
    world = a_world(a_library_record())
    roll_out(world)
    before = versions(world)

    world.library.put(a_library_record(version=2, sqlQuery=""))
    with pytest.raises(InvalidRecord):
        roll_out(world)
    whole = roll_all_out(world)

    assert whole.changes == 0
    assert versions(world) == before


def test_the_library_of_a_tenant_is_brought_to_what_it_should_be() -> None:
    world = a_world(a_library_record(workflowId="old"), a_library_record(), a_library_record(version=2))
    roll_all_out(world)
    del world.library.records["old", 1]

    done = roll_all_out(world)

    assert (done.changes, done.matched) == (2, False)
    assert versions(world) == {"reach": 2, "schedule reach": 2}


def test_toggles_that_were_taken_back_hold_from_then_on() -> None:
    world = a_world(a_library_record())
    roll_out(world)
    world.tenants.save("acme", toggles=[])

    world.library.put(a_library_record(version=2))
    roll_out(world)

    assert versions(world) == {"reach": 1, "schedule reach": 1}


def test_a_row_that_others_keep_changing_is_left_for_later() -> None:
    world = a_world(a_library_record())
    tried = []

    def refuse(row: Mapping[str, Any], seen: Any) -> bool:
        tried.append(row)
        return False

    world.workflows.put_desired = refuse  # type: ignore[method-assign]

    with pytest.raises(NotReadyYet, match="acme"):
        roll_out(world)

    assert len(tried) == 10
    assert versions(world) == {}


def test_a_workflow_stays_as_long_as_a_schedule_of_it_does() -> None:
    world = a_world(a_library_record())
    roll_out(world)
    world.library.records.clear()
    world.schedules.remove = lambda *_: False  # type: ignore[method-assign]

    with pytest.raises(NotReadyYet):
        roll_out(world)

    assert ("acme", "reach") in world.workflows.rows


def test_a_tenant_that_is_gone_is_in_nobodys_service() -> None:
    assert tenant_in_service(None) is None
