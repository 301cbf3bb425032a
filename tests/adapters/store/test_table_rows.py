from collections.abc import Mapping, Sequence
from typing import Any

from wfm.store.table_rows import first_rows, rows, rows_by_key


class Paged:
    """A query whose answer comes in pages of two."""

    def __init__(self, count: int) -> None:
        self._all = [{"n": number} for number in range(count)]
        self.asked: list[Mapping[str, Any]] = []

    def query(self, **arguments: Any) -> dict[str, Any]:
        self.asked.append(arguments)
        start = arguments.get("ExclusiveStartKey", 0)
        more = {"LastEvaluatedKey": start + 2} if start + 2 < len(self._all) else {}
        return {"Items": self._all[start : start + 2], **more}


def test_rows_come_from_all_pages_in_order() -> None:
    table = Paged(5)

    assert [row["n"] for row in rows(table.query, dict[str, Any], IndexName="byTime")] == [0, 1, 2, 3, 4]
    assert [asked["IndexName"] for asked in table.asked] == ["byTime"] * 3


def test_a_page_that_nobody_needs_is_not_read() -> None:
    table = Paged(5)

    found = rows(table.query, dict[str, Any])

    assert [next(found)["n"], next(found)["n"]] == [0, 1]
    assert len(table.asked) == 1


def test_of_many_rows_no_page_beyond_the_first_ones_is_read() -> None:
    """The index of what is due may hold as many as an outage of days leaves behind."""
    table: Any = Paged(9)

    assert [row["n"] for row in first_rows(table, dict[str, Any], 4, IndexName="due")] == [0, 1, 2, 3]
    assert [asked["Limit"] for asked in table.asked] == [4, 4]


def test_keys_that_dynamodb_left_over_are_asked_for_again_and_never_more_than_it_takes() -> None:
    asked: list[int] = []

    def batch_get_item(*, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 (boto3's name)
        keys: Sequence[Any] = RequestItems["Gate"]["Keys"]
        asked.append(len(keys))
        served, left = keys[:60], keys[60:]
        return {"Responses": {"Gate": served}, "UnprocessedKeys": {"Gate": {"Keys": left}} if left else {}}

    keys = [{"customerId": str(number)} for number in range(150)]
    found = list(rows_by_key(batch_get_item, "Gate", keys, dict[str, str]))

    assert sorted(int(row["customerId"]) for row in found) == list(range(150))
    assert max(asked) == 100
