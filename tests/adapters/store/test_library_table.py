from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from wfm.store.library_table import LibraryTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


@pytest.fixture
def library(library_rows: "Table") -> LibraryTable:
    return LibraryTable(library_rows)


def a_record(version: int = 1, workflow_id: str = "reach", **fields: Any) -> dict[str, Any]:
    return {"workflowId": workflow_id, "version": version, "sqlQuery": "SELECT 1", **fields}


def begin(library: LibraryTable, rollout: str = "one", version: int = 1) -> None:
    fields: dict[str, Any] = {"rolloutExecution": rollout, "rolloutDone": 0, "rolloutBatches": []}
    library.save_rollout("reach", version, rolloutStatus="ROLLING", **fields)


def test_the_versions_of_a_workflow_come_highest_first(library: LibraryTable, library_rows: "Table") -> None:
    for record in (a_record(2), a_record(10), a_record(1), a_record(3, "geo")):
        library_rows.put_item(Item=record)

    assert [record["version"] for record in library.versions("reach")] == [10, 2, 1]
    assert library.versions("reach")[0] == a_record(10)
    assert library.versions("nothing") == []


def test_of_the_record_in_force_nothing_else_is_read(
    library: LibraryTable, library_rows: "Table", monkeypatch: pytest.MonkeyPatch
) -> None:
    for version in range(1, 12):
        library_rows.put_item(Item=a_record(version))
    query, counts = library_rows.query, []

    def counted(**request: Any) -> Any:
        answer = query(**request)
        counts.append(answer["ScannedCount"])
        return answer

    monkeypatch.setattr(library_rows, "query", counted)

    assert library.in_force("reach") == a_record(11)
    assert library.in_force("nothing") is None
    assert counts == [1, 0]


def test_all_records_come_on_all_pages(library: LibraryTable, library_rows: "Table") -> None:
    for number in range(7):
        library_rows.put_item(Item=a_record(workflow_id=f"w{number}", sqlQuery="x" * 300_000))

    assert sorted(record["workflowId"] for record in library.all()) == [f"w{number}" for number in range(7)]


def test_the_progress_stands_beside_what_people_wrote(library: LibraryTable, library_rows: "Table") -> None:
    library_rows.put_item(Item=a_record(rolloutReason="an old one"))

    library.save_rollout("reach", 1, rolloutStatus="DONE", rolloutReason=None)

    assert library.versions("reach") == [a_record(rolloutStatus="DONE")]


def test_a_record_that_was_removed_meanwhile_does_not_come_back(library: LibraryTable) -> None:
    begin(library)
    library.count_batch("reach", 1, of="one", batch="acme", tenants=3)

    assert library.versions("reach") == []


def test_a_batch_counts_once_however_often_it_is_said(library: LibraryTable, library_rows: "Table") -> None:
    library_rows.put_item(Item=a_record())
    begin(library)

    for batch, tenants in (("acme", 25), ("globex", 3), ("acme", 25)):
        library.count_batch("reach", 1, of="one", batch=batch, tenants=tenants)

    (record,) = library.versions("reach")
    assert (record["rolloutDone"], record["rolloutBatches"]) == (28, ["acme", "globex"])


def test_only_the_last_rollout_writes_its_progress(library: LibraryTable, library_rows: "Table") -> None:
    library_rows.put_item(Item=a_record())
    begin(library)
    begin(library, "two")

    library.count_batch("reach", 1, of="one", batch="acme", tenants=25)
    library.save_rollout("reach", 1, of="one", rolloutStatus="FAILED")

    (record,) = library.versions("reach")
    assert (record["rolloutStatus"], record["rolloutDone"]) == ("ROLLING", 0)
    library.save_rollout("reach", 1, of="two", rolloutStatus="DONE")
    assert library.versions("reach")[0]["rolloutStatus"] == "DONE"


def test_only_conditions_are_taken_as_an_answer(library: LibraryTable, library_rows: "Table") -> None:
    library_rows.delete()

    with pytest.raises(ClientError):
        begin(library)
