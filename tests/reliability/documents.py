"""Documents from the JSON Schemas in `schemas/`, and around them: the same with something wrong somewhere."""

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

SCHEMAS = Path(__file__).parents[2] / "schemas"
MOST_DEEP = 40

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "..", "a/b", "é", "\x00", "\n", "\ud800", "NOW()", "TODAY(-1)", "-1", "NaN", "2026-01-01"]
    ),
    st.sampled_from(
        ["TODAY(99999999999)", "9999-12-31T23:59:59", "0001-01-01T00:00:00", "cron(* * * * ? *)", "x" * 400]
    ),
)
NUMBERS = st.one_of(
    st.integers(-3, 400),
    st.sampled_from([10**40, -(10**400), 2**63, 1e308, 1e-300, -0.0, float("inf"), float("nan"), 1.5]),
)
LEAVES = st.one_of(st.none(), st.booleans(), TEXTS, NUMBERS)
JUNK = st.one_of(
    LEAVES,
    st.recursive(
        LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
    ),
    st.integers(1, MOST_DEEP).map(lambda depth: json.loads("[" * depth + "]" * depth)),
)


def from_schema(name: str) -> st.SearchStrategy[Any]:
    """Documents that keep `schemas/<name>.json`, as far as its keywords are known here."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text())
    return _of(schema, schema.get("$defs", {}))


def around(name: str) -> st.SearchStrategy[Any]:
    """Some that keep the schema, most with a thing or two changed, some that are anything."""
    kept = from_schema(name)
    return st.one_of(kept, _spoilt(kept), _spoilt(_spoilt(kept)), JUNK)


@st.composite
def _spoilt(draw: st.DrawFn, documents: st.SearchStrategy[Any]) -> Any:
    document = copy.deepcopy(draw(documents))
    places = list(_places(document))
    if not places:
        return draw(JUNK)
    holder, key = draw(st.sampled_from(places))
    act = draw(st.sampled_from(["replace", "remove", "add"]))
    if act == "replace":
        holder[key] = draw(JUNK)
    elif act == "remove":
        del holder[key]
    elif isinstance(holder, dict):
        holder[draw(TEXTS)] = draw(JUNK)
    return document


def _places(value: Any) -> Any:
    if isinstance(value, dict | list):
        for key, inner in list(value.items() if isinstance(value, dict) else enumerate(value)):
            yield value, key
            yield from _places(inner)


def _of(schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "$ref" in schema:
        return _of(known[schema["$ref"].rpartition("/")[2]], known)
    if "const" in schema or "enum" in schema:
        return st.sampled_from(schema.get("enum") or [schema["const"]])
    for choice in ("oneOf", "anyOf"):
        if choice in schema and "properties" not in schema:
            return st.one_of(*(_of({**schema, choice: None, **each}, known) for each in schema[choice]))
    kinds = schema.get("type", "any")
    return st.one_of(*(_of_type(kind, schema, known) for kind in ([kinds] if isinstance(kinds, str) else kinds)))


def _of_type(kind: str, schema: dict[str, Any], known: dict[str, Any]) -> st.SearchStrategy[Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    plain: dict[str, Any] = {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(low, high),
        "number": st.integers(low, high),
        "any": LEAVES,
    }
    if kind == "string":
        longest = min(schema.get("maxLength", 30), 300)
        plain_text = TEXTS if "minLength" not in schema else st.text(min_size=1, max_size=longest)
        return st.from_regex(schema["pattern"], fullmatch=True) if "pattern" in schema else plain_text
    if kind == "array":
        most = min(schema.get("maxItems", 3), 3)
        return st.lists(
            _of(schema.get("items", {}), known), min_size=min(schema.get("minItems", 0), most), max_size=most
        )
    if kind == "object":
        fields = {name: _of(each, known) for name, each in schema.get("properties", {}).items()}
        needed = {name: fields.pop(name, LEAVES) for name in schema.get("required", [])}
        return st.fixed_dictionaries(needed, optional=fields)
    return plain[kind]  # type: ignore[no-any-return]
