"""docs/schemas.md: the records, requests and events that cross the border, field by field."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from docs.reference.tables import cell, table

SCHEMAS: Final = Path(__file__).parents[2] / "schemas"
_HEAD: Final = """# Records, requests and events

What goes into WFM and comes out of it, field by field. Each section is a JSON Schema of the folder `schemas/`,
which the package holds as `wfm/schemas/`; what does not fit is refused with the field's name. Events have examples
on the page of [events and notifications](notifications.md). This page is written from the schemas by
`python -m docs.reference`.
"""
_KINDS: Final = {"_record": 0, "_event": 2}  # by how their names end; requests stand between
_OF_REQUESTS: Final = 1


def schemas_page() -> str:
    """The whole page: records, requests, events."""
    names = sorted((path.stem for path in SCHEMAS.glob("*.json")), key=lambda name: (_kind(name), name))
    return "\n".join([_HEAD, *(line for name in names for line in _section(name))])


def _kind(name: str) -> int:
    return next((place for end, place in _KINDS.items() if name.endswith(end)), _OF_REQUESTS)


def _section(name: str) -> Iterator[str]:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    yield f"## {schema['title']}\n"
    yield f"`schemas/{name}.json`. {schema['description']}\n"
    yield table(("field", "required", "type", "what it is"), _rows(schema, schema.get("$defs", {})))


def _rows(
    schema: Mapping[str, Any], shared: Mapping[str, Any], before: str = ""
) -> Iterator[tuple[str, str, str, str]]:
    """A row for each of its fields, and below it those of an object or of the items of a list."""
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        told = _resolved(field, shared)
        yield (
            f"`{before}{name}`",
            "yes" if name in required else "",
            _type(told),
            cell(str(told.get("description", ""))),
        )
        yield from _rows(told, shared, f"{before}{name}.")
        yield from _rows(_resolved(told.get("items", {}), shared), shared, f"{before}{name}[].")


def _resolved(field: Any, shared: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(field, Mapping):
        return {}
    reference = str(field.get("$ref", ""))
    return {**shared[reference.rpartition("/")[2]], **field} if reference else field


def _type(field: Mapping[str, Any]) -> str:
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if "enum" in field:
        return ", ".join(f"`{json.dumps(one)}`" for one in field["enum"])
    kinds = field.get("type", "any")
    return " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
