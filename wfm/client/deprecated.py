"""The calls of `Wfm` in version 0.1, which work for one more version and name the new one."""

import warnings
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Final, Protocol

CALLS_OF_WFM: Final = {
    "awaited": "runs.wait_reason",
    "change_tenant": "tenants.change",
    "dead_letters": "queues.dead_letters",
    "delay": "tenants.explain_wait",
    "execution": "runs.get",
    "executions": "runs.list",
    "next_request": "schedules.next_request",
    "onboarding": "tenants.wait",
    "pause_tenant": "tenants.pause",
    "place_in_line": "requests.queue_position",
    "put_schedule": "schedules.put",
    "put_tenant": "tenants.put",
    "put_workflow": "workflows.put",
    "remove_schedule": "schedules.remove",
    "remove_tenant": "tenants.remove",
    "request": "requests.get",
    "resume_tenant": "tenants.resume",
    "run": "requests.send",
    "schedule": "schedules.get",
    "standings": "tenants.status",
    "tenant": "tenants.get",
    "tenant_details": "tenants.details",
    "tenant_summaries": "tenants.summaries",
    "tps_record": "tenants.record",
    "wait": "requests.wait",
    "workflow": "workflows.get",
}
CALLS_OF_DEAD_LETTERS: Final = {"peek": "list"}
CALLS_OF_LIBRARY: Final = {"entries": "list", "entry": "get", "follow": "wait"}


def find(owner: object, renamed: Mapping[str, str], prefix: str, name: str) -> object:
    """The attribute under its new name; AttributeError if the class never had it."""
    if name not in renamed:
        raise AttributeError(f"{type(owner).__name__!r} object has no attribute {name!r}")
    _warn(f"{prefix}.{name}", f"{prefix}.{renamed[name]}", depth=2)
    found: object = attrgetter(renamed[name])(owner)
    return found


class Listing(Protocol):
    """A namespace that lists its noun; some for one customer."""

    def list(self, *arguments: str) -> object: ...


def listing(noun: str) -> Callable[..., object]:
    """The old call `wfm.{noun}()`, as `__call__` of the namespace that has taken its name."""

    def call(namespace: Listing, *arguments: str) -> object:
        _warn(f"wfm.{noun}()", f"wfm.{noun}.list()", depth=1)
        return namespace.list(*arguments)

    return call


def _warn(old: str, new: str, depth: int) -> None:
    """Point at whoever called, `depth` functions above the caller of this one."""
    warnings.warn(f"{old} is deprecated: call {new}", DeprecationWarning, stacklevel=depth + 2)
