"""The tables of an AMC instance, as `GET /dataSources` lists them, as far as a check of queries needs them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypedDict

from wfm.model.rows import Document, list_in, object_in

DEPRECATED: Final = "DEPRECATED"  # the type of a tag
MAX_COLUMNS: Final = 500  # that AMC shows of a table (its OpenAPI): one that shows so many may have more


class DataSource(TypedDict):
    """A table; `deprecated` where AMC has tagged it so."""

    dataSourceId: str
    columns: list[str]
    deprecated: bool


@dataclass(frozen=True, slots=True)
class DataSources:
    """An instance's tables by name, each with its columns, and those that will be removed; all in lower case."""

    columns: Mapping[str, frozenset[str]]
    deprecated: frozenset[str] = frozenset()

    def has_column(self, table: str, column: str) -> bool | None:
        """None where AMC does not show all columns of the table, or not the table."""
        known = self.columns.get(table, frozenset())
        if column in known:
            return True
        return False if 0 < len(known) < MAX_COLUMNS else None


def read_data_sources(listed: Iterable[Document]) -> list[DataSource]:
    """What AMC lists, without what has no name."""
    found = ((str(one.get("dataSourceId") or one.get("name") or ""), one) for one in listed)
    return [
        {"dataSourceId": name, "columns": _columns(one), "deprecated": _is_deprecated(one)}
        for name, one in found
        if name
    ]


def tables_in(sources: Iterable[DataSource]) -> DataSources:
    """The same, to look names up in."""
    known = list(sources)
    return DataSources(
        {one["dataSourceId"].lower(): frozenset(name.lower() for name in one["columns"]) for one in known},
        frozenset(one["dataSourceId"].lower() for one in known if one["deprecated"]),
    )


def _columns(source: Document) -> list[str]:
    given = list_in(source.get("columns"))
    names = (one.get("name") if isinstance(one, Mapping) else one for one in given)
    return [str(name) for name in names if name]


def _is_deprecated(source: Document) -> bool:
    tags = (object_in(tag).get("type", tag) for tag in list_in(source.get("tags")))
    return source.get("deprecated") is True or any(str(tag).upper() == DEPRECATED for tag in tags)
