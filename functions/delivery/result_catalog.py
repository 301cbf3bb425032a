"""The tables of delivered results in Glue. Of concurrent updates none is lost: each is of the version that it read."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from botocore.exceptions import ClientError

from wfm.errors import AwsBusy, InvalidRecord, Problem
from wfm.model.result_columns import ResultColumn
from wfm.model.result_deliveries import DeliveryOrder, SchemaChange, tenant_folder
from wfm.model.result_tables import PARTITION_KEYS, ResultTable, new_table, table_names, type_change

if TYPE_CHECKING:
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_glue.type_defs import ColumnUnionTypeDef, TableInputTypeDef

_MAX_TRIES: Final = 10  # each time somebody else's update came first
_OTHERS_FIRST: Final = ("AlreadyExistsException", "ConcurrentModificationException")
_WRONG: Final = ("InvalidInputException", "ValidationException")
_HIVE: Final = "org.apache.hadoop.hive.ql.io.parquet"
# What GetTable shows and UpdateTable takes (API reference); all else of a table is Glue's own.
_KEPT: Final = (
    "Name", "Description", "Owner", "Retention", "TableType", "PartitionKeys", "StorageDescriptor", "Parameters",
)  # fmt: skip


class Claimed(NamedTuple):
    """The table and the version of a workflow's folder that show a result."""

    table: str
    version: int


class ResultCatalog:
    """Makes and widens the tables of one database, whose files are in one bucket."""

    def __init__(self, glue: "GlueClient", database: str, bucket: str) -> None:
        self._glue = glue
        self.database = database
        self._bucket = bucket

    def versions(self, workflow_id: str) -> list[str]:
        """The names of the workflow's tables, the first version first."""
        names = list[str]()
        while True:
            name, found = self._find(workflow_id, len(names) + 1)
            if not found:
                return names
            names.append(name)

    def claim(self, order: DeliveryOrder, columns: Sequence[ResultColumn]) -> Claimed:
        """Have a table show what is about to be delivered: the first version whose types the columns have.

        InvalidRecord where there is none, and the workflow's rules do not begin another. AwsBusy if others kept
        updating it.
        """
        for _ in range(_MAX_TRIES):
            try:
                return self._claim(order, [(each.glue_name, each.glue_type) for each in columns])
            except ClientError as exc:
                code = exc.response["Error"]["Code"]
                if code in _WRONG:
                    raise _refused(exc) from exc
                if code not in _OTHERS_FIRST:
                    raise
        raise AwsBusy(f"Glue: others kept updating the table of {order.workflow_id}")

    def _claim(self, order: DeliveryOrder, columns: Sequence[tuple[str, str]]) -> Claimed:
        version = 1
        while True:
            name, found = self._find(order.workflow_id, version)
            table = found.table if found else new_table(name, order.workflow_id, version, self._bucket)
            changes = table.changed_types(columns)
            if not changes:
                break
            if order.rules.on_schema_change == SchemaChange.REFUSE:
                raise type_change(changes, f"{self.database}.{name}")
            version += 1
        if order.window is None:
            raise ValueError(f"run {order.run_id} has no window")
        wanted = table.with_result(columns, tenant_folder(order.customer_id), order.window.start.date())
        if wanted != table:
            self._write(wanted, found)
        return Claimed(f"{self.database}.{name}", version)

    def _find(self, workflow_id: str, version: int) -> "tuple[str, _Found | None]":
        """The workflow's table of a version, or the name that it is to have."""
        plain, own = table_names(workflow_id, version)
        found = self._get(plain)
        if found is None or found.table.is_of(workflow_id):
            return plain, found
        return own, self._get(own)

    def _get(self, name: str) -> "_Found | None":
        try:
            shown = self._glue.get_table(DatabaseName=self.database, Name=name)["Table"]
        except self._glue.exceptions.EntityNotFoundException:
            return None
        storage = shown.get("StorageDescriptor", {})  # somebody's link to another catalog's table has none
        columns = tuple((each["Name"], each.get("Type", "")) for each in storage.get("Columns", ()))
        kept = cast("TableInputTypeDef", {name: value for name, value in shown.items() if name in _KEPT and value})
        return _Found(ResultTable(name, columns, shown.get("Parameters", {})), kept, shown["VersionId"])

    def _write(self, table: ResultTable, found: "_Found | None") -> None:
        """Make the table, or change what it is to be other; the comments of its columns stay."""
        input_ = found.input if found else self._new_input(table.name)
        storage = input_["StorageDescriptor"]
        known = {each["Name"]: each for each in storage["Columns"]}
        columns: list[ColumnUnionTypeDef] = [
            known.get(name, {"Name": name, "Type": kind}) for name, kind in table.columns
        ]
        input_ = {
            **input_,
            "StorageDescriptor": {**storage, "Columns": columns},
            "Parameters": dict(table.parameters),
        }
        if found:
            self._glue.update_table(DatabaseName=self.database, TableInput=input_, VersionId=found.version_id)
        else:
            self._glue.create_table(DatabaseName=self.database, TableInput=input_)

    def _new_input(self, name: str) -> "TableInputTypeDef":
        return {
            "Name": name,
            "Description": "Results that WFM delivered, of all tenants",
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": name, "Type": kind} for name, kind in PARTITION_KEYS],
            "StorageDescriptor": {
                "Location": f"s3://{self._bucket}/",
                "InputFormat": f"{_HIVE}.MapredParquetInputFormat",
                "OutputFormat": f"{_HIVE}.MapredParquetOutputFormat",
                "SerdeInfo": {"SerializationLibrary": f"{_HIVE}.serde.ParquetHiveSerDe"},
                "Columns": [],
            },
        }


def _refused(exc: ClientError) -> InvalidRecord:
    said = exc.response["Error"].get("Message", "")
    return InvalidRecord([Problem("outputColumns", f"Glue takes no such table: {said:.300}", "what a table may have")])


class _Found(NamedTuple):
    table: ResultTable
    input: "TableInputTypeDef"
    version_id: str
