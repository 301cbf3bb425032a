"""WFM's own handlers and adapters without AWS: DynamoDB by moto inside this process, and an AMC that is a timetable.

Every operation that the handlers ask of DynamoDB is counted as it is sent, and every page that is asked of AMC. Moto
reads a whole table for each query of an index; so where there are many tenants, a store in memory takes the place of
the table Executions, and counts what the adapter would send.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import boto3

from bench.timetable import SLOTS, START, USUAL, Clock, TimetableAmc, as_run, timetable
from functions.aws.tasks import StepFunctions
from functions.runtime.settings import Settings
from functions.runtime.wiring import Ports
from wfm.calendar.timestamps import iso
from wfm.model.runs import run_row
from wfm.store.items import to_item

_WRITES: Final = {"PutItem", "UpdateItem", "DeleteItem"}


@dataclass
class CountedExecutions:
    """The table Executions in memory: keeps what the tracker needs of `functions.ports.Executions`."""

    counted: Counter[str]
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))

    def active_runs(self, customer_id: str) -> list[dict[str, Any]]:
        """One query."""
        self.counted["reads"] += 1
        return [row for row in self.rows[customer_id].values() if "unsettledSince" in row]

    def find_many(self, customer_id: str, execution_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
        """A batch, of which each item counts."""
        asked = list(execution_ids)
        self.counted["reads"] += len(asked)
        return {each: self.rows[customer_id][each] for each in asked if each in self.rows[customer_id]}

    def since(self, customer_id: str, create_time: str) -> list[dict[str, Any]]:
        """One query."""
        self.counted["reads"] += 1
        return [row for row in self.rows[customer_id].values() if row["createTime"] >= create_time]

    def record(self, row: dict[str, Any]) -> dict[str, Any]:
        """One update."""
        self.counted["writes"] += 1
        was = self.rows[row["customerId"]].get(row["workflowExecutionId"], {})
        kept = was if "unsettledSince" in row else {name: was[name] for name in was if name != "unsettledSince"}
        self.rows[row["customerId"]][row["workflowExecutionId"]] = kept | row
        return was


@dataclass
class World:
    """Tables as the stack has them, with tenants that have runs or none."""

    assembly: Path
    clock: Clock = field(default_factory=Clock)
    counted: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        session = boto3.Session("test", "test", region_name="us-east-1")
        self.dynamodb: Any = session.resource("dynamodb")
        self._make_tables()
        self.dynamodb.meta.client.meta.events.register("provide-client-params.dynamodb.*", self._count)
        names = {each.name: each.name for each in fields(Settings)} | {"idle_poll_minutes": "60"}
        self.ports: Any = Ports(Settings(**names))
        vars(self.ports)["_dynamodb"] = self.dynamodb
        vars(self.ports)["clock"] = self.clock
        vars(self.ports)["tasks"] = StepFunctions(session.client("stepfunctions"), sleep=lambda _: None)

    def populate(self, tenants: int, history: timedelta, every: int, *, busy: bool, watched: bool) -> None:
        """So many tenants, of whose runs WFM knows all since `history` ago; they fall due over `every` minutes."""
        runs = {f"tenant-{n:04}": timetable(history, n, busy=busy) for n in range(tenants)}
        self.ports.amc = TimetableAmc(self.clock, runs)
        with self.dynamodb.Table("tenants_table").batch_writer() as batch:
            for n, name in enumerate(runs):
                due = START + timedelta(minutes=(n + 0.5) / tenants * every - 0.5)
                batch.put_item(Item=_tenant(name, due) | {"resultsWatched": watched})
        with self.dynamodb.Table("workflows_table").batch_writer() as batch:
            for name in runs:
                batch.put_item(Item={"customerId": name, "workflowId": "weekly-reach", "sqlQuery": "SELECT 1"})
        for name in runs:
            self.ports.durations.save(name, "weekly-reach", USUAL.to_field())
        rows = [row for name, timed in runs.items() for row in _rows(name, timed)]
        if tenants > 1:
            vars(self.ports)["executions"] = CountedExecutions(self.counted)
            for row in rows:
                self.ports.executions.record(row)
            return
        with self.dynamodb.Table("executions_table").batch_writer() as batch:
            for row in rows:
                batch.put_item(Item=to_item(row))

    def _make_tables(self) -> None:
        """Under the names of their settings."""
        template = json.loads(next(self.assembly.glob("*.template.json")).read_text(encoding="utf-8"))["Resources"]
        functions = [each for each in template.values() if each["Type"] == "AWS::Lambda::Function"]
        variables = next(
            each["Properties"]["Environment"]["Variables"]
            for each in functions
            if "WFM_TENANTS_TABLE" in each["Properties"].get("Environment", {}).get("Variables", {})
        )
        wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
        for each in fields(Settings):
            name = variables.get(f"WFM_{each.name.upper()}")
            if each.name.endswith("_table") and isinstance(name, dict) and "Ref" in name:
                properties = template[name["Ref"]]["Properties"]
                known = {key: properties[key] for key in wanted if key in properties}
                self.dynamodb.create_table(TableName=each.name, **known)

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """A batch counts as its items, and a transaction too."""
        if model.name == "TransactWriteItems":
            self.counted["writes"] += len(params["TransactItems"])
        elif model.name == "BatchGetItem":
            self.counted["reads"] += sum(len(each["Keys"]) for each in params["RequestItems"].values())
        else:
            self.counted["writes" if model.name in _WRITES else "reads"] += 1


def _tenant(name: str, due: datetime) -> dict[str, Any]:
    return {
        "customerId": name,
        "customerName": name,
        "amcInstanceId": f"amc{name}",
        "amcAmazonAdsAdvertiserId": "ENTITY1",
        "amcAmazonAdsMarketplaceId": "ATVPDKIKX0DER",
        "region": "NA",
        "authId": "default",
        "maximumConcurrentWorkflowExecutions": SLOTS,
        "status": "ACTIVE",
        "polled": "yes",
        "pollDueAt": iso(due),
        "lastLookedAt": iso(START - timedelta(minutes=1)),
        "driftCheckedAt": iso(START + timedelta(days=1)),  # none is due in the hour that is measured
    }


def _rows(name: str, timed: list[tuple[datetime, datetime]]) -> Iterator[dict[str, Any]]:
    for number, times in enumerate(timed):
        if times[0] < START:
            row = run_row(name, as_run(number, times, START), START)
            yield row | ({"expected": USUAL.to_field()} if "unsettledSince" in row else {})
