"""The predecessors' own tables and rules, read with the user's credentials. Nothing here writes."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from wfm.model.rows import Document, plain_object

if TYPE_CHECKING:
    import boto3

_FIELDS: Final = ("Name", "ScheduleExpression", "EventPattern", "State", "Description", "EventBusName", "Arn")


class OldTables:
    """Of one account and region."""

    def __init__(self, session: "boto3.Session", endpoint_url: str | None) -> None:
        self._dynamodb = session.resource("dynamodb", endpoint_url=endpoint_url)
        self._events = session.client("events", endpoint_url=endpoint_url)

    def names(self, prefix: str) -> list[str]:
        """The tables whose names begin so."""
        return sorted(table.name for table in self._dynamodb.tables.all() if table.name.startswith(prefix))

    def rows(self, table: str) -> Iterator[Document]:
        """A table's rows, page by page."""
        read = self._dynamodb.meta.client.get_paginator("scan")
        for page in read.paginate(TableName=table, ConsistentRead=True):
            for item in page["Items"]:
                yield plain_object(item)

    def rules(self, prefix: str) -> Iterator[Document]:
        """The rules of the default bus whose names begin so, each with its targets."""
        for page in self._events.get_paginator("list_rules").paginate(NamePrefix=prefix):
            for rule in page["Rules"]:
                known: Document = json.loads(json.dumps(rule))
                targets = self._events.list_targets_by_rule(Rule=str(known["Name"]))["Targets"]
                given = {name: known[name] for name in _FIELDS if name in known}
                yield {**given, "Targets": json.loads(json.dumps(targets))}
