from collections.abc import Callable, Mapping
from typing import Any

import pytest

from functions.ports import Library

Write = Callable[[Mapping[str, Any]], object]


def a_record(version: int = 1, workflow_id: str = "reach", **fields: Any) -> dict[str, Any]:
    return {"workflowId": workflow_id, "version": version, "sqlQuery": "SELECT 1", **fields}


@pytest.fixture
def known(library: Library, write_record: Write) -> Library:
    """A library with a workflow in two versions, the first of which is being rolled out."""
    for record in (a_record(2), a_record(10), a_record(3, "geo")):
        write_record(record)
    library.save_rollout("reach", 10, rolloutExecution="one", rolloutDone=0, rolloutBatches=[])
    return library


def in_force(library: Library) -> dict[str, Any]:
    return dict(library.in_force("reach") or {})


def test_a_workflow_that_nobody_wrote_has_no_record(library: Library) -> None:
    assert (library.versions("reach"), library.in_force("reach"), library.all()) == ([], None, [])


def test_the_versions_of_a_workflow_come_highest_first(known: Library) -> None:
    assert [record["version"] for record in known.versions("reach")] == [10, 2]
    assert in_force(known) == known.versions("reach")[0]
    assert sorted((record["workflowId"], record["version"]) for record in known.all()) == [
        ("geo", 3),
        ("reach", 2),
        ("reach", 10),
    ]


def test_what_people_wrote_stays_and_a_field_that_is_none_goes(known: Library) -> None:
    known.save_rollout("reach", 10, rolloutReason="why")
    known.save_rollout("reach", 10, rolloutReason=None, rolloutBatches=None, rolloutStatus="DONE")

    assert in_force(known) == a_record(10, rolloutExecution="one", rolloutDone=0, rolloutStatus="DONE")


def test_a_batch_counts_once_however_often_it_is_said(known: Library) -> None:
    for batch, tenants in (("acme", 25), ("globex", 3), ("acme", 25)):
        known.count_batch("reach", 10, of="one", batch=batch, tenants=tenants)

    assert (in_force(known)["rolloutDone"], in_force(known)["rolloutBatches"]) == (28, ["acme", "globex"])


def test_only_the_last_rollout_writes(known: Library) -> None:
    known.save_rollout("reach", 10, rolloutExecution="two")

    known.save_rollout("reach", 10, of="one", rolloutStatus="DONE")
    known.count_batch("reach", 10, of="one", batch="acme", tenants=25)

    assert in_force(known) == a_record(10, rolloutExecution="two", rolloutDone=0, rolloutBatches=[])


def test_a_record_that_is_gone_does_not_come_back(library: Library) -> None:
    library.save_rollout("reach", 1, rolloutStatus="DONE")
    library.count_batch("reach", 1, of="one", batch="acme", tenants=25)

    assert library.in_force("reach") is None
