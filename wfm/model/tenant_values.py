"""A tenant's own values, and references to them: one library workflow, each tenant's own brands.

A TPS record has `values`, such as `{"hero_asins": ["B01", "B02"]}`. In place of a parameter's value there may be a
reference, `{"value_of": "hero_asins"}`, which is replaced by the tenant's value when a request is prepared. With a
`default` a tenant may lack it; with `required: true` none may, and the default is for none of them. With
`required: false` and no default, the parameter is left out, and AMC's own default counts.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeGuard

from wfm.errors import InvalidRequest, Problem, kind_of
from wfm.model.field_names import closest
from wfm.model.rows import Document, plain

FIELD: Final = "values"  # of a TPS record
VALUE_OF: Final = "value_of"
_DEFAULT: Final = "default"
_REQUIRED: Final = "required"
_SHAPE: Final = "value_of with the name of a tenant's value, and default and required (true or false) beside it"
_DIGEST_CHARS: Final = 16
_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_NAMES: Final = "1 to 64 letters, digits, '-' and '_'"
MAX_CHARS: Final = 50_000  # of JSON; the tenant's row, which holds them, is read for each request


def _is_name(given: str) -> bool:
    return _NAME.fullmatch(given) is not None


def is_reference(value: object) -> TypeGuard[Document]:
    """Whether it stands for a tenant's value."""
    return isinstance(value, Mapping) and VALUE_OF in value


@dataclass(frozen=True, slots=True)
class Reference:
    """What stands for a tenant's value: its `name`, and what counts where a tenant lacks it."""

    name: str
    required: bool
    default: object = None

    @classmethod
    def read(cls, given: Document) -> "Reference":
        """The reference in an object that has passed `reference_problems`."""
        required = given.get(_REQUIRED, given.get(_DEFAULT) is None)
        return cls(str(given[VALUE_OF]), required is True, given.get(_DEFAULT))


def reference_problems(given: Document, place: str) -> Iterator[Problem]:
    """What is wrong with the form of a reference."""
    name = given[VALUE_OF]
    if not isinstance(name, str) or not name.strip():
        yield Problem(f"{place}.{VALUE_OF}", f"{kind_of(name)} is no name", "the name of a tenant's value")
    elif not _is_name(name):
        yield Problem(f"{place}.{VALUE_OF}", f"{name!r:.80} can be the name of no value", _NAMES)
    for key in given:
        if key not in (VALUE_OF, _DEFAULT, _REQUIRED):
            near = closest(key, (VALUE_OF, _DEFAULT, _REQUIRED))
            hint = f" (did you mean {near}?)" if near else ""
            yield Problem(f"{place}.{key}", f"is no field of a reference{hint}", _SHAPE)
    if not isinstance(given.get(_REQUIRED, False), bool):
        yield Problem(f"{place}.{_REQUIRED}", f"{kind_of(given[_REQUIRED])} is neither", "true or false")
    if _DEFAULT in given and given[_DEFAULT] is None:
        yield Problem(f"{place}.{_DEFAULT}", "null is no value", "a value, or no default")


def value_problems(given: object) -> Iterator[Problem]:
    """What is wrong with the `values` of a TPS record: each is a text, a number, a truth, or a list of such."""
    if not isinstance(given, Mapping):
        yield Problem(FIELD, f"{kind_of(given)} is no object", "an object from name to value")
        return
    for name, value in given.items():
        place = f"{FIELD}.{name:.80}"
        if not _is_name(str(name)):
            yield Problem(place, "is no usable name", _NAMES)
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, str | int | float | Decimal):
                yield Problem(
                    place, f"{kind_of(item)} is no value", "a text, a number, true or false, or a list of such"
                )
                break
    size = len(json.dumps(given, default=str))
    if size > MAX_CHARS:
        yield Problem(FIELD, f"have {size} characters", f"at most {MAX_CHARS}")


@dataclass(frozen=True, slots=True)
class TenantValues:
    """The values of one tenant, by name."""

    customer_id: str
    values: Document

    def resolved(self, given: Document, place: str) -> dict[str, object]:
        """Parameter values with the tenant's in place of the references; InvalidRequest for one that it lacks."""
        found: dict[str, object] = {}
        for name, value in given.items():
            if not is_reference(value):
                found[name] = value
                continue
            reference = _readable(value, f"{place}.{name}")
            if reference.name in self.values:
                found[name] = self.values[reference.name]
            elif reference.required:
                raise InvalidRequest(f"{place}.{name}", *self._lack(reference.name))
            elif reference.default is not None:
                found[name] = reference.default
        return found

    def _lack(self, name: str) -> tuple[str, str]:
        near = closest(name, self.values)
        hint = f" (did you mean {near}?)" if near else ""
        instead = f"`wfm tenants set {self.customer_id} {FIELD}.{name}:=JSON`, or a default in the reference"
        return f"{self.customer_id} has no value {name!r:.80}{hint}", instead

    def lacking(self, given: Document) -> Iterator[tuple[str, str]]:
        """The parameters whose value the tenant lacks, each with the name of that value."""
        for name, reference in references(given):
            if reference.required and reference.name not in self.values:
                yield name, reference.name

    def used(self, given: Document) -> dict[str, str]:
        """A digest of each value that is referred to, by its name: what tells whether a later run had the same."""
        names = {reference.name for _, reference in references(given)} & self.values.keys()
        return {name: _digest(self.values[name]) for name in sorted(names)}


def _readable(value: Document, place: str) -> Reference:
    for problem in reference_problems(value, place):
        raise InvalidRequest(problem.field, problem.text, problem.allowed)
    return Reference.read(value)


def references(given: Document) -> Iterator[tuple[str, Reference]]:
    """The parameters that refer to a tenant's value."""
    for name, value in given.items():
        if is_reference(value):
            yield name, Reference.read(value)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(plain(value), sort_keys=True).encode()).hexdigest()[:_DIGEST_CHARS]
