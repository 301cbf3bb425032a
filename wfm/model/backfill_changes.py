"""What has changed since the last run of a window: its definition, or values that its request left to others.

What a request asks for itself tells windows and sets of values apart. What it leaves to the workflow's default payload
and to the tenant's own values, and the definition, may be another one now.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from wfm.calendar.windows import is_date_function
from wfm.model.asked_windows import window_in
from wfm.model.parameters import PLACE
from wfm.model.requests import parameters_of, read_request
from wfm.model.rows import Document, object_in, text_or_none, whole_number
from wfm.model.statuses import REQUEST_ENDED, RequestStatus
from wfm.model.stored_request import MADE_BY, StoredRequest
from wfm.model.tenant_values import Reference, TenantValues, is_reference
from wfm.model.workflows import DEFINITION_HASH, LIBRARY_VERSION

DEFINITION: Final = "definition"
UNKNOWN: Final = "unknown definition"  # of a row that a version wrote which did not keep it


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one tenant's requests for a workflow: what makes a run of it now.

    `version` has the definition as fields of a row, `defaults` are the values in the workflow's default payload, and
    `base` the same as AMC gets them. `own` are the parameters to which the backfill gives values itself.
    """

    version: Document
    defaults: Document
    base: Document
    own: frozenset[str]
    tenant: TenantValues

    def identity(self, body: Document, asked: Document) -> str:
        """Text that is the same for requests that ask for the same themselves, whatever has changed around them."""
        values = object_in(body.get(PLACE))
        names = self.own | {name for name in asked if self._is_of_its_own(name, asked[name], values)}
        told = {name: asked[name] if self._varies(asked.get(name)) else values.get(name) for name in names}
        return json.dumps([window_in(body), told], sort_keys=True)

    def _is_of_its_own(self, name: str, given: object, values: Document) -> bool:
        """Whether it is not what the default payload gives."""
        if self._varies(given):
            return given != self.defaults.get(name)
        return values.get(name) != self.base.get(name)

    def _varies(self, given: object) -> bool:
        """Whether it stands for another value with each tenant or day."""
        return is_reference(given) or _is_relative(given)

    def since(self, then: StoredRequest, body: Document, asked: Document) -> tuple[str, ...]:
        """Why what `then` got would be otherwise by this body, of a request that asks so; nothing if it would not.

        Dates that are relative to the day of the request are not compared: each day has others.
        """
        before, after = object_in(then.body.get(PLACE)), object_in(body.get(PLACE))
        given = {**self.defaults, **asked}
        changed = [
            _told(name, given.get(name))
            for name in sorted({*before, *after})
            if before.get(name) != after.get(name) and not _is_relative(self._settled(given.get(name)))
        ]
        return (*self._of_definition(then.made_by), *dict.fromkeys(changed))

    def _settled(self, given: object) -> object:
        if not is_reference(given):
            return given
        reference = Reference.read(given)
        return self.tenant.values.get(reference.name, reference.default)

    def _of_definition(self, then: Document) -> list[str]:
        known = text_or_none(then.get(DEFINITION_HASH))
        if known is None:
            return [UNKNOWN]
        if known == self.version.get(DEFINITION_HASH):
            return []
        before, now = (whole_number(row.get(LIBRARY_VERSION), 0) for row in (then, self.version))
        return [f"{DEFINITION} (library version {before} -> {now})" if before and now else DEFINITION]


def _told(name: str, given: object) -> str:
    return f"values {Reference.read(given).name}" if is_reference(given) else f"parameter {name}"


def _is_relative(given: object) -> bool:
    return any(map(is_date_function, given)) if isinstance(given, list) else is_date_function(given)


def last_made(rows: Iterable[Document], workflow_id: str, comparison: Comparison) -> Mapping[str, StoredRequest]:
    """Of a tenant's requests for a workflow the newest that succeeded, or one that is active, by what they ask for.

    What is active and not prepared yet has no body, and so no place here: it gets what there is then.
    """
    requests = [StoredRequest(row) for row in rows]
    by_id = {request.id: request for request in requests}
    found: dict[str, StoredRequest] = {}
    for request in sorted(requests, key=lambda one: (is_active(one), one.requested_at, one.id)):
        is_other = request.workflow_id != workflow_id or request.is_dry_run or "workflow" in request.body
        if request.body and not is_other and (is_active(request) or request.status == RequestStatus.SUCCEEDED):
            found[comparison.identity(request.body, asked_by(by_id.get(request.origin, request)))] = request
    return found


def made_by(request: StoredRequest, run: Document) -> StoredRequest:
    """The request with what made its AMC run, whose row keeps that from when there is one."""
    known = {name: run[name] for name in MADE_BY if name in run}
    return StoredRequest({**request.row, **known}) if known else request


def is_active(request: StoredRequest) -> bool:
    """Whether it has not ended."""
    return request.status not in REQUEST_ENDED


def asked_by(request: StoredRequest) -> Document:
    """The values that the message of a request gives itself, as they were written."""
    message = request.readable_message
    return parameters_of(read_request(message, request.id)) if message is not None else {}
