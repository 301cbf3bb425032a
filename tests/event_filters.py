"""What Lambda makes of the filters of a table's stream, by the emulator's rules (which its own tests hold to AWS's)."""

from collections.abc import Mapping
from typing import Any

from local.emulator.patches.event_filters import matching
from wfm.store.schema import Table
from wfm.store.stream_filters import patterns


def is_delivered(record: dict[str, Any], table: Table) -> bool:
    """Whether the function behind the table's stream is called with the record."""
    filters = patterns(table)
    return not filters or any(_matches(record, pattern) for pattern in filters)


def _is_there(_: Mapping[str, Any], pattern: Mapping[str, Any]) -> bool:
    """Of a leaf that is there; WFM's filters ask for nothing else."""
    assert all(rules in ([{"exists": True}], [{"exists": False}]) for rules in pattern.values())
    return all({"exists": True} in rules for rules in pattern.values())


_matches = matching(_is_there)
