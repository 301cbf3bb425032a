"""A backfill: the windows of a range x parameter sets x tenants, each of them one request at backfill priority.

Any request can be made again from its number alone: the oldest window first (or the newest), in it one parameter set
after the other, and of each a request for every tenant, so that all tenants have work from the start.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from wfm.calendar.spans import REFRESH, read_ages, shown_age
from wfm.calendar.windows import window_zone
from wfm.errors import InvalidRequest
from wfm.model import backfill_fields as fields
from wfm.model.backfill_windows import Windows
from wfm.model.chain_links import following, links_in
from wfm.model.dynamodb_limits import check_storable
from wfm.model.labels import LABELS, Labels, read_labels
from wfm.model.parameters import PLACE, check_payload_parameters
from wfm.model.request_checks import check_request
from wfm.model.request_ids import Validate
from wfm.model.requests import MAX_BODY_BYTES, RequestDocument, read_request, resolve
from wfm.model.resubmissions import successor_id
from wfm.model.rows import Document, object_in
from wfm.model.tenant_values import TenantValues

MOST_REQUESTS: Final = 10_000
PAUSED: Final = "BackfillPaused"  # the error of an execution that was stopped to be resumed
MAX_PLAN_BYTES: Final = 240_000  # Step Functions takes 256 KB, and hands the plan on with a little more around it


@dataclass(frozen=True)
class Backfill:
    """What is to be run. `payload` is what all requests share: the workflow, and whatever else AMC shall get.

    `numbers` are those of the requests that are made, ascending: all, or some of the `whole`. With `chain` the
    workflows that run after this one do so for each window. `labels` are those of each request, and no part of what is
    asked; at the ages of `refresh` each window is run again.
    """

    backfill_id: str
    customer_ids: Sequence[str]
    windows: Windows
    parameter_sets: Sequence[Document]
    payload: Document
    numbers: Sequence[int]
    newest_first: bool = False
    chain: bool = True
    resumes: str = ""
    labels: Labels = field(default_factory=dict, compare=False)
    refresh: tuple[timedelta, ...] = field(default=(), compare=False)
    started_by: str = field(default="", compare=False)

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def whole(self) -> int:
        """How many requests there are if none is left out."""
        return len(self.windows) * len(self.parameter_sets) * len(self.customer_ids)

    @property
    def own_parameters(self) -> frozenset[str]:
        """The names of the parameters to which it gives values itself."""
        return frozenset(object_in(self.payload.get(PLACE))).union(*self.parameter_sets)

    def number(self, window: int, parameters: int, tenant: int) -> int:
        """The number of the request with these indexes, those of windows from the oldest one."""
        turn = self._turn(window)
        return (turn * len(self.parameter_sets) + parameters) * len(self.customer_ids) + tenant

    def _turn(self, window: int) -> int:
        """From the index of a window to its turn, and back."""
        return len(self.windows) - 1 - window if self.newest_first else window

    def window(self, number: int) -> tuple[str, str]:
        """Start and end of the window of the request with that number."""
        return self.windows[self._turn(number // (len(self.parameter_sets) * len(self.customer_ids)))]

    def request_key(self, number: int) -> tuple[str, str]:
        """`customerId` and `requestId` of the request with that number, 0 to `whole - 1`."""
        return self.customer_ids[number % len(self.customer_ids)], f"{self.backfill_id}-{number}"

    def request(self, number: int) -> RequestDocument:
        """The message for the tenant's queue."""
        customer_id, request_id = self.request_key(number)
        parameters = number // len(self.customer_ids) % len(self.parameter_sets)
        start, end = self.window(number)
        values = {**object_in(self.payload.get("parameterValues")), **self.parameter_sets[parameters]}
        explicit = {"timeWindowType": "EXPLICIT", "timeWindowStart": start, "timeWindowEnd": end}
        document: RequestDocument = {
            "customerId": customer_id,
            "requestId": request_id,
            "priority": "backfill",
            "source": f"backfill:{self.backfill_id}",
            "backfillId": self.backfill_id,
            "payload": {**self.payload, **explicit, **({"parameterValues": values} if values else {})},
        }
        if not self.chain:
            document["chain"] = False
        if self.labels:
            document[LABELS] = dict(self.labels)
        if self.refresh:
            document[REFRESH] = [shown_age(age) for age in self.refresh]
        return document

    def one_tenants_requests(self) -> Iterator[RequestDocument]:
        """The first tenant's requests. Everybody else's differ from them in the tenant alone."""
        return (self.request(number) for number in range(0, self.whole, len(self.customer_ids)))


def read_backfill(document: Document, name: str, now: datetime) -> Backfill:
    """The backfill in the input of the execution `name`, which is its id; InvalidRequest names what is wrong.

    An execution's name is used once, so no two backfills ever share their request ids.
    """
    fields.require_known(document)
    _require_size(document)
    payload = fields.payload(document)
    backfill = Backfill(
        backfill_id=fields.backfill_id(document, name),
        customer_ids=fields.customer_ids(document.get("customerIds")),
        windows=fields.windows_of(document, window_zone(payload), now),
        parameter_sets=fields.parameter_sets(document.get("parameterSets")),
        payload=payload,
        numbers=(),
        newest_first=fields.is_newest_first(document),
        resumes=fields.resumes(document),
        started_by=fields.started_by(document),
        chain=fields.begins_chains(document),
        labels=read_labels(document.get(LABELS)),
        refresh=read_ages(document.get(REFRESH)),
    )
    if backfill.whole > MOST_REQUESTS:
        factors = f"{len(backfill.windows)} windows x {len(backfill.parameter_sets)} parameter sets"
        problem = f"{factors} x {len(backfill.customer_ids)} tenants are {backfill.whole} requests"
        raise InvalidRequest("the backfill", problem, f"at most {MOST_REQUESTS}; make it several")
    return replace(backfill, numbers=fields.numbers(document, backfill.whole))


def _require_size(document: Document) -> None:
    size = len(json.dumps(document, default=str).encode())
    if size > MAX_PLAN_BYTES:
        raise InvalidRequest("the backfill", f"has {size} bytes", f"at most {MAX_PLAN_BYTES}; make it several")


def resumed_id(backfill_id: str) -> str:
    """The id under which a paused backfill goes on, so that it does so once: `q1-r2`, then `q1-r3`."""
    return successor_id(backfill_id, again=True, longest=fields.LONGEST_ID)


def check_chain(backfill: Backfill, workflow_id: str, tenant: Document) -> None:
    """InvalidRequest for sets of parameters of a workflow that others run after, by the tenant's row.

    These know of no parameters: they would run once for each set, with the same result.
    """
    after = following(links_in(tenant), workflow_id) if backfill.chain else []
    if after and len(backfill.parameter_sets) > 1:
        names = ", ".join(link.workflow_id for link in after)
        problem = f"{len(backfill.parameter_sets)} sets would each run {names} after them, with the same result"
        raise InvalidRequest("parameterSets", problem, "one set, or chain: false (--alone)")


def check_values(backfill: Backfill, workflow: Document, tenant: TenantValues) -> None:
    """InvalidRequest or InvalidRecord when AMC would reject the parameter values for a tenant's row of the workflow."""
    shared = object_in(backfill.payload.get("parameterValues"))
    for values in backfill.parameter_sets:
        check_payload_parameters({"parameterValues": {**shared, **values}}, workflow, tenant)


def check_requests(backfill: Backfill, validate: Validate, now: datetime) -> None:
    """No request of the backfill will be refused for what it says: the first that would be is, here."""
    for document in backfill.one_tenants_requests():
        size = len(json.dumps(document).encode())
        if size > MAX_BODY_BYTES:
            raise InvalidRequest("payload", f"makes requests of {size} bytes", f"at most {MAX_BODY_BYTES}")
        check_storable(document)
        check_request(document, strict=True)
        resolve(read_request(validate(document), ""), now)
