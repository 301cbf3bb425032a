"""CloudWatch Logs Insights over the log groups of one deployment's Lambdas and machines."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from wfm.client.poll_schedule import CLOCK, pauses
from wfm.errors import ClientError, UnreachableError

PARENTS: Final = ("/aws/lambda/", "/aws/vendedlogs/states/")
GROUPS_AT_ONCE: Final = 50  # of one query
MAX_LINES: Final = 10_000  # of one query
_OVER: Final = {"Complete", "Failed", "Cancelled", "Timeout"}


class LogsClient(Protocol):
    """What is needed of boto3's client of CloudWatch Logs."""

    def get_paginator(self, operation_name: str) -> Any:
        """Of DescribeLogGroups."""

    def start_query(self, **given: object) -> dict[str, Any]:
        """StartQuery."""

    def get_query_results(self, **given: object) -> dict[str, Any]:
        """GetQueryResults."""


@dataclass(frozen=True, slots=True)
class RawLine:
    """A line as CloudWatch has it: `pointer` names it, `group` ends with the name of the Lambda or machine."""

    pointer: str
    time: str
    group: str
    message: str


@dataclass(frozen=True, slots=True)
class FoundLines:
    """The lines of a query, oldest first; `is_cut` if there are more than were wanted."""

    lines: list[RawLine]
    is_cut: bool


class LogQueries:
    """What is wanted is told by words, one of which a line has to hold."""

    def __init__(self, logs: LogsClient, prefix: str, sleep: Callable[[float], None] = CLOCK.sleep) -> None:
        self._logs = logs
        self._prefix = prefix
        self._sleep = sleep

    def find(self, words: Sequence[str], start: datetime, end: datetime, limit: int) -> FoundLines:
        """At most `limit` lines of each fifty log groups that hold one of the words, from `start` to `end`."""
        groups = self._groups()
        if not groups:
            raise UnreachableError(f"there are no log groups of {self._prefix}: its first Lambda makes the first")
        some = [groups[first : first + GROUPS_AT_ONCE] for first in range(0, len(groups), GROUPS_AT_ONCE)]
        found = [self._find(each, query(words, limit), start, end) for each in some]
        lines = [line for each in found for line in each]
        return FoundLines(sorted(lines, key=lambda line: line.time), any(len(each) >= limit for each in found))

    def newest(self, names: Collection[str], start: datetime, end: datetime, limit: int) -> FoundLines:
        """The newest `limit` lines of these Lambdas and machines, oldest first; none of one that has no log yet."""
        groups = [group for group in self._groups() if group.rpartition("-")[2] in names]
        text = f"fields @timestamp, @log, @message | sort @timestamp desc | limit {limit}"
        lines = self._find(groups, text, start, end) if groups else []
        return FoundLines(sorted(lines, key=lambda line: line.time), len(lines) >= limit)

    def _groups(self) -> list[str]:
        """Without those of a deployment whose name begins with this one's."""
        pages = self._logs.get_paginator("describe_log_groups")
        names = (
            (group["logGroupName"], f"{parent}{self._prefix}-")
            for parent in PARENTS
            for page in pages.paginate(logGroupNamePrefix=f"{parent}{self._prefix}-")
            for group in page["logGroups"]
        )
        return sorted(name for name, start in names if "-" not in name.removeprefix(start))

    def _find(self, groups: list[str], text: str, start: datetime, end: datetime) -> list[RawLine]:
        query_id = self._logs.start_query(
            logGroupNames=groups,
            startTime=int(start.timestamp()),
            endTime=int(end.timestamp()) + 1,
            queryString=text,
        )["queryId"]
        answer, waits = self._logs.get_query_results(queryId=query_id), pauses()
        while answer["status"] not in _OVER:
            self._sleep(next(waits))
            answer = self._logs.get_query_results(queryId=query_id)
        if answer["status"] != "Complete":
            raise ClientError(f"the query of the logs ended as {answer['status']}: try a shorter time, by --since")
        rows = ({cell["field"]: cell["value"] for cell in row} for row in answer["results"])
        return [
            RawLine(row["@ptr"], row["@timestamp"], row["@log"].rpartition(":")[2], row["@message"]) for row in rows
        ]


def query(words: Sequence[str], limit: int) -> str:
    """The query, in the language of Logs Insights."""
    wanted = "|".join(_literal(words))
    return f"fields @timestamp, @log, @message | filter @message like /{wanted}/ | sort @timestamp asc | limit {limit}"


def _literal(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield re.sub(r"([^A-Za-z0-9_-])", r"\\\1", word)
