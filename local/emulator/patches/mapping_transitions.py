"""An event source mapping takes `Unreliability.mapping_transition` seconds to be created, changed and deleted.

AWS: a mapping is Creating, Enabling, Disabling, Updating or Deleting for a while, in which UpdateEventSourceMapping and
DeleteEventSourceMapping are refused with 400 ResourceInUseException; a second mapping of the same source and function
is refused with 409 ResourceConflictException (Lambda API reference).
The package: every change is done at once, and there may be any number of equal mappings.
Mended: until the change is done the mapping reads as before, so that one that is Deleting still reads.
"""

# ruff: noqa: SLF001

import contextvars
import json
import threading
from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name
from local.emulator.troubles import count, wanted

BEGUN: Final = "changes of a mapping that take a while"
IN_USE: Final = "changes of a mapping in transition refused"
CONFLICT: Final = "second mappings of a queue refused"

Mapping = dict[str, Any]
Answer = tuple[int, Any, bytes]

_changing: set[str] = set()


def apply() -> None:
    service = module("services.lambda_svc")
    replace_name(service, "_create_esm", creating)
    replace_name(service, "_update_esm", changing)
    replace_name(service, "_delete_esm", deleting)


def creating(create: Callable[[Any], Answer]) -> Callable[[Any], Answer]:
    def create_slowly(request: Any) -> Answer:
        if not wanted().mapping_transition:
            return create(request)
        service = module("services.lambda_svc")
        if equal := _equal(service, request):
            count(CONFLICT)
            told = f"The event source and function already have the mapping {equal}."
            return _refusal("ResourceConflictException", told, 409)
        answer = create(request)
        if answer[0] != 202:
            return answer
        mapping = service._esms[json.loads(answer[2])["UUID"]]
        return _begin(mapping, "Creating", 202, reads=False)

    return create_slowly


def changing(update: Callable[[str, Any], Answer]) -> Callable[[str, Any], Answer]:
    def change_slowly(mapping_id: str, request: Any) -> Answer:
        mapping = module("services.lambda_svc")._esms.get(mapping_id)
        if mapping is None or not wanted().mapping_transition:
            return update(mapping_id, request)
        if mapping_id in _changing:
            return _in_use(mapping)
        read = mapping["Enabled"]
        answer = update(mapping_id, request)
        if answer[0] != 200:
            return answer
        state = "Updating" if mapping["Enabled"] == read else "Enabling" if mapping["Enabled"] else "Disabling"
        return _begin(mapping, state, 200, reads=read)

    return change_slowly


def deleting(delete: Callable[[str], Answer]) -> Callable[[str], Answer]:
    def delete_slowly(mapping_id: str) -> Answer:
        mapping = module("services.lambda_svc")._esms.get(mapping_id)
        if mapping is None or not wanted().mapping_transition:
            return delete(mapping_id)
        if mapping_id in _changing:
            return _in_use(mapping)
        return _begin(mapping, "Deleting", 202, reads=mapping["Enabled"], end=lambda: delete(mapping_id))

    return delete_slowly


def _begin(
    mapping: Mapping, state: str, status: int, *, reads: bool, end: Callable[[], object] | None = None
) -> Answer:
    enabled = mapping["Enabled"]
    mapping.update(State=state, Enabled=reads)
    _changing.add(mapping["UUID"])
    count(BEGUN)

    def finish() -> None:
        mapping.update(State="Enabled" if enabled else "Disabled", Enabled=enabled)
        if end:
            end()
        _changing.discard(mapping["UUID"])

    threading.Timer(wanted().mapping_transition, contextvars.copy_context().run, (finish,)).start()
    answer: Answer = module("core.responses").json_response(
        module("services.lambda_svc")._esm_response(mapping), status
    )
    return answer


def _equal(service: Any, request: Any) -> str | None:
    name, _ = service._resolve_request_scoped_name_and_qualifier(request.get("FunctionName", ""))
    wanted_pair = (request.get("EventSourceArn"), name)
    return next(
        (
            known["UUID"]
            for known in service._esms.values()
            if (known["EventSourceArn"], known["FunctionName"]) == wanted_pair
        ),
        None,
    )


def _in_use(mapping: Mapping) -> Answer:
    count(IN_USE)
    return _refusal("ResourceInUseException", f"The mapping {mapping['UUID']} is {mapping['State']}.", 400)


def _refusal(code: str, told: str, status: int) -> Answer:
    answer: Answer = module("core.responses").error_response_json(code, told, status)
    return answer
