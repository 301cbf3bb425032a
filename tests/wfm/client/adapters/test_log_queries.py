"""What is asked of CloudWatch Logs Insights, and what is made of its answers."""

from datetime import UTC, datetime
from typing import Any

import pytest

from wfm.client.adapters.log_queries import GROUPS_AT_ONCE, LogQueries, RawLine, query
from wfm.errors import ClientError, UnreachableError

START, END = datetime(2026, 11, 23, 12, 0, tzinfo=UTC), datetime(2026, 11, 23, 13, 0, 0, 500_000, tzinfo=UTC)


class FakeLogs:
    """Groups, and for each query the statuses that it shows in turn; it is complete at last."""

    def __init__(self, groups: list[str], *statuses: str, rows: list[dict[str, str]] | None = None) -> None:
        self.groups, self.statuses, self.rows = groups, list(statuses), rows or []
        self.queries: list[dict[str, Any]] = []

    def get_paginator(self, operation_name: str) -> "FakeLogs":
        assert operation_name == "describe_log_groups"
        return self

    def paginate(self, logGroupNamePrefix: str) -> list[Any]:  # noqa: N803
        named = [{"logGroupName": name} for name in self.groups if name.startswith(logGroupNamePrefix)]
        return [{"logGroups": named[:1]}, {"logGroups": named[1:]}]

    def start_query(self, **given: Any) -> Any:
        self.queries.append(given)
        return {"queryId": f"q{len(self.queries)}"}

    def get_query_results(self, **given: Any) -> Any:
        status = self.statuses.pop(0) if self.statuses else "Complete"
        rows = [[{"field": name, "value": value} for name, value in row.items()] for row in self.rows]
        return {"status": status, "results": rows if status == "Complete" else []}


def find(logs: FakeLogs, limit: int = 10, naps: list[float] | None = None) -> Any:
    return LogQueries(logs, "wfm-a-b", (naps if naps is not None else []).append).find(["r1"], START, END, limit)


def row(time: str, pointer: str = "p") -> dict[str, str]:
    return {
        "@timestamp": time,
        "@log": "123456789012:/aws/lambda/wfm-a-b-ReleaseSlot",
        "@message": "m",
        "@ptr": pointer,
    }


def test_a_query_asks_for_lines_with_one_of_the_words_in_order_of_time() -> None:
    assert query(["1-a-b", '"requestId":"r/1"'], 7) == (
        r"fields @timestamp, @log, @message | filter @message like /1-a-b|\"requestId\"\:\"r\/1\"/"
        " | sort @timestamp asc | limit 7"
    )


def test_the_groups_of_all_lambdas_and_machines_are_asked_and_no_other_deployments() -> None:
    ours = ["/aws/lambda/wfm-a-b-ReleaseSlot", "/aws/vendedlogs/states/wfm-a-b-execution_lifecycle"]
    logs = FakeLogs([*ours, "/aws/lambda/wfm-a-b-c-ReleaseSlot", "/aws/lambda/wfm-a-bc-X", "/other/wfm-a-b-X"])

    find(logs)

    (asked,) = logs.queries
    assert asked["logGroupNames"] == ours
    assert (asked["startTime"], asked["endTime"]) == (1795435200, 1795438801)


def test_more_groups_than_one_query_takes_are_asked_in_several_and_the_lines_sorted() -> None:
    groups = [f"/aws/lambda/wfm-a-b-F{number}" for number in range(GROUPS_AT_ONCE + 1)]
    logs = FakeLogs(groups, rows=[row("2026-11-23 12:00:02.000"), row("2026-11-23 12:00:01.000")])

    found = find(logs)

    assert [len(asked["logGroupNames"]) for asked in logs.queries] == [GROUPS_AT_ONCE, 1]
    assert [line.time[-6:-4] for line in found.lines] == ["01", "01", "02", "02"]
    assert not found.is_cut


def test_a_query_is_waited_for_and_the_account_is_no_part_of_a_groups_name() -> None:
    naps = list[float]()
    logs = FakeLogs(["/aws/lambda/wfm-a-b-F"], "Scheduled", "Running", rows=[row("2026-11-23 12:00:01.000")])

    found = find(logs, limit=1, naps=naps)

    assert len(naps) == 2
    assert found.lines == [RawLine("p", "2026-11-23 12:00:01.000", "/aws/lambda/wfm-a-b-ReleaseSlot", "m")]
    assert found.is_cut


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "Timeout"])
def test_a_query_that_ends_otherwise_is_an_error_that_says_what_to_do(status: str) -> None:
    with pytest.raises(ClientError, match=f"ended as {status}: try a shorter time, by --since"):
        find(FakeLogs(["/aws/lambda/wfm-a-b-F"], status))


def test_a_deployment_without_log_groups_is_named() -> None:
    with pytest.raises(UnreachableError, match="no log groups of wfm-a-b"):
        find(FakeLogs([]))


def test_the_newest_lines_of_some_are_asked_of_their_groups_alone() -> None:
    logs = FakeLogs(
        ["/aws/lambda/wfm-a-b-ReleaseSlot", "/aws/lambda/wfm-a-b-Other"], rows=[row("2026-11-23 12:00:01.000")]
    )
    queries = LogQueries(logs, "wfm-a-b")

    found, nothing = (queries.newest(names, START, END, 5) for names in (["ReleaseSlot"], ["NotThere"]))

    (asked,) = logs.queries
    assert asked["logGroupNames"] == ["/aws/lambda/wfm-a-b-ReleaseSlot"]
    assert asked["queryString"] == "fields @timestamp, @log, @message | sort @timestamp desc | limit 5"
    assert (len(found.lines), nothing.lines) == (1, [])
