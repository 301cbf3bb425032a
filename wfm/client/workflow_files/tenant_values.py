"""Which of the tenants that a push reaches lack a value that a file refers to, or have it of another type."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from wfm.client.suggestions import suggest
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
            where = file.at(*path, PLACE, name)
            yield from (f"{where}: {place}.{PLACE}.{name}: {problem}" for problem in problems)


def unknown_values(file: WorkflowFile, known: Collection[str]) -> Iterator[str]:
    """A sentence for each reference to a value that nobody has: what counts in its place counts for all tenants."""
    for place, path in _PAYLOADS.items():
        for name, reference in references(_written(file, place)):
            if not reference.required and reference.name not in known:
                problem = f"no tenant has the value {reference.name!r}; {suggest(reference.name, known)}"
                yield f"{file.at(*path, PLACE, name)}: {place}.{PLACE}.{name}: {problem}"


def _written(file: WorkflowFile, place: str) -> Document:
    """The parameter values as that place of the file has them."""
    if place == "defaultPayload":
        payload = object_in(file.record.get(place))
    else:
        payload = object_in(object_in(object_in(file.record.get("schedule")).get("Input")).get("payload"))
    return object_in(payload.get(PLACE))


def _lacking(reference: Reference, tenants: Sequence[Tenant]) -> Iterator[str]:
    lacking = [one.customer_id for one in tenants if reference.required and reference.name not in one.values]
    if lacking:
        set_it = f"`wfm tenants set CUSTOMER {FIELD}.{reference.name}:=JSON`"
        verb = "lacks" if len(lacking) == 1 else "lack"
        yield f"{names(lacking)} {verb} the value {reference.name!r}; allowed: {set_it}, or a default"


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
        yield f"of {names(customers)}: {text}"


def names(customers: Sequence[str]) -> str:
    """The first of them by name, and how many more there are."""
    more = f" and {len(customers) - _SHOWN} more" if len(customers) > _SHOWN else ""
    return ", ".join(customers[:_SHOWN]) + more
