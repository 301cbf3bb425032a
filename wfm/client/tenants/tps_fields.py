"""The fields of a TPS record: what its published schema says of them, and how given values go into a record."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final

from wfm.client.suggestions import suggest
from wfm.errors import UsageError
from wfm.model import json_text
from wfm.model.json_schema import read
from wfm.model.rows import Document, object_in
from wfm.model.tenant_values import FIELD
from wfm.model.tenants import TOGGLES

SHORT_NAMES: Final = {
    "name": "customerName",
    "instance": "amcInstanceId",
    "advertiser": "amcAmazonAdsAdvertiserId",
    "marketplace": "amcAmazonAdsMarketplaceId",
    "bucket": "BucketName",
    "limit": "maximumConcurrentWorkflowExecutions",
    "auth-id": "authId",
}
LIBRARY: Final = "enableWorkflowLibrary"  # all five toggles of the library at once
ALLOWED: Final = "FIELD=VALUE, FIELD:=JSON, or FIELD= to take it out"


@cache
def schema() -> Document:
    """`schemas/tps_record.json`."""
    return read("tps_record")


def described(node: Document, prefix: str = "") -> dict[str, Document]:
    """Each field that a schema knows by its dotted name, such as `AMC.amcApiEndpoint`."""
    found: dict[str, Document] = {}
    for name, inner in object_in(node.get("properties")).items():
        found |= {prefix + name: object_in(inner)} | described(object_in(inner), f"{prefix}{name}.")
    return found


def merged(record: Document, given: Document) -> dict[str, object]:
    """The record with the given fields; objects are merged field by field, so nothing else in them is lost."""

    def together(name: str, value: object) -> object:
        old = record.get(name)
        return merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value

    return {**record, **{name: together(name, value) for name, value in given.items()}}


def without(record: Document, names: Iterable[str]) -> dict[str, object]:
    """The record without the fields of these dotted names."""
    left = dict(record)
    for name in names:
        first, _, rest = name.partition(".")
        if not rest:
            left.pop(first, None)
        elif isinstance(inner := left.get(first), Mapping):
            left[first] = without(inner, [rest])
    return left


def library_fields(record: Document, library: bool | None, tags: Sequence[str] | None) -> dict[str, object]:
    """What opts a tenant in or out of the workflow library, nested as in its record, and the tags it is chosen by.

    Opting out turns off the library's single toggles, too.
    """
    fields: dict[str, object] = {"tags": sorted(set(tags))} if tags else {}
    if library is None:
        return fields
    nested = _at(record, "AMC.WFM")
    there = nested if isinstance(nested, Mapping) else record
    off = {name: False for name in TOGGLES if there.get(name)} if not library else {}
    switches = {LIBRARY: library, **off}
    return fields | ({"AMC": {"WFM": switches}} if there is nested else switches)


def read_assignments(pairs: Sequence[str], record: Document) -> tuple[dict[str, object], list[str]]:
    """What `wfm tenants set` is given: the fields to set, nested as in a record, and the dotted names to take out.

    A field that neither the schema nor the record knows is taken for a slip of the pen.
    """
    given: dict[str, object] = {}
    gone: list[str] = []
    seen: set[str] = set()
    for pair in pairs:
        name, text, is_json = _split(pair)
        if name in seen:
            raise UsageError(f"{name}: is given twice; allowed: once")
        seen.add(name)
        known = _known(name, record)
        if not text:
            gone.append(name)
            continue
        value = _read_json(pair, text) if is_json else _read(text, known, _at(record, name))
        given = merged(given, _nested(name, value))
    return given, gone


def _split(pair: str) -> tuple[str, str, bool]:
    """The field's whole name, its value, and whether that is JSON."""
    name, equals, text = pair.partition("=")
    is_json = name.endswith(":")
    name = name.removesuffix(":")
    if not equals or not name:
        raise UsageError(f"{pair!r} cannot be read; allowed: {ALLOWED}")
    return SHORT_NAMES.get(name, name), text, is_json


def _known(name: str, record: Document) -> Document:
    """The schema's rule for a field; nothing if only the record has it."""
    known = described(schema())
    if name.startswith(f"{FIELD}.") and name.count(".") == 1:
        return {}
    if name not in known and _at(record, name) is None:
        raise UsageError(f"{name}: no field of a TPS record; {suggest(name, [*SHORT_NAMES, *known, *record])}")
    if name == "customerId":
        raise UsageError("customerId: a tenant keeps its id; allowed: remove it and add another")
    return known.get(name, {})


def _at(record: Document, name: str) -> object:
    value: object = record
    for part in name.split("."):
        value = object_in(value).get(part)
    return value


def _nested(name: str, value: object) -> dict[str, object]:
    first, _, rest = name.partition(".")
    return {first: _nested(rest, value) if rest else value}


def _read(text: str, known: Document, before: object) -> object:
    """A number or a truth value where the schema, or else what stands there now, is one; or the text as it is."""
    types = str(known.get("type") or {bool: "boolean", int: "integer"}.get(type(before), "string"))
    if "integer" in types and text.isdecimal():
        return int(text)
    return {"true": True, "false": False}.get(text.lower(), text) if "boolean" in types else text


def _read_json(pair: str, text: str) -> object:
    try:
        return json_text.read(text)
    except ValueError as exc:
        raise UsageError(f"{pair!r}: what follows := is no JSON ({exc}); allowed: {ALLOWED}") from exc
