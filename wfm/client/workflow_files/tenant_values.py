"""Which of the tenants that a push reaches lack a value that a file refers to, or have it of another type."""

from collections.abc import Iterator, Sequence
from typing import Final

from wfm.client import text_files
from wfm.client.workflow_files import yaml_text
from wfm.client.workflow_files.folder import WorkflowFile
from wfm.model.parameters import PLACE, declared, type_problems
from wfm.model.rows import Document, object_in
from wfm.model.tenant_values import FIELD, Reference, references
from wfm.model.tenants import Tenant

_SHOWN: Final = 5  # tenants by name
_PAYLOADS: Final = {"defaultPayload": ("defaultPayload",), "schedule.payload": ("schedule", "payload")}


def value_problems(file: WorkflowFile, tenants: Sequence[Tenant]) -> Iterator[str]:
    """A sentence with file and line for each reference that some of these tenants cannot keep."""
    for place, path in _PAYLOADS.items():
        for name, reference in references(_written(file, place)):
            problems = [
                *_lacking(reference, tenants),
                *_of_another_type(file.workflow.definition, name, reference, tenants),
            ]
            line = _line(file, (*path, PLACE, name)) if problems else 0
            yield from (f"{file.yaml}:{line}: {place}.{PLACE}.{name}: {problem}" for problem in problems)


def _written(file: WorkflowFile, place: str) -> Document:
    """The parameter values as that place of the file has them."""
    if place == "defaultPayload":
        payload = object_in(file.record.get(place))
    else:
        payload = object_in(object_in(object_in(file.record.get("schedule")).get("Input")).get("payload"))
    return object_in(payload.get(PLACE))


def _line(file: WorkflowFile, path: yaml_text.Path) -> int:
    return yaml_text.read(text_files.read(file.yaml)).line(path)


def _lacking(reference: Reference, tenants: Sequence[Tenant]) -> Iterator[str]:
    lacking = [one.customer_id for one in tenants if reference.required and reference.name not in one.values]
    if lacking:
        set_it = f"`wfm tenants set CUSTOMER {FIELD}.{reference.name}:=JSON`"
        verb = "lacks" if len(lacking) == 1 else "lack"
        yield f"{_names(lacking)} {verb} the value {reference.name!r}; allowed: {set_it}, or a default"


def _of_another_type(
    definition: Document, parameter: str, reference: Reference, tenants: Sequence[Tenant]
) -> Iterator[str]:
    """The first problem of each kind, with the tenants that have it."""
    kind = object_in((declared(definition) or {}).get(parameter)).get("dataType")
    found: dict[str, list[str]] = {}
    for tenant in tenants:
        if reference.name in tenant.values:
            value = tenant.values[reference.name]
            problem = next(type_problems(f"{FIELD}.{reference.name}", value, kind), None)
            if problem:
                found.setdefault(str(problem), []).append(tenant.customer_id)
    for text, customers in found.items():
        yield f"of {_names(customers)}: {text}"


def _names(customers: Sequence[str]) -> str:
    more = f" and {len(customers) - _SHOWN} more" if len(customers) > _SHOWN else ""
    return ", ".join(customers[:_SHOWN]) + more
