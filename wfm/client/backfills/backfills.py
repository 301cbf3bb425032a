"""The client's part that runs backfills: many windows of the past at once, for one or many tenants."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from wfm.client.backfills.standing import BackfillStanding
from wfm.client.records import Tenant
from wfm.client.suggestions import suggest
from wfm.client.waiting import CLOCK, Clock, Looks
from wfm.errors import NotEndedInTimeError, UnknownCustomer, UnknownRunError, UsageError
from wfm.model.availability import DEGRADED
from wfm.model.backfills import Backfill, check_requests, read_backfill

if TYPE_CHECKING:
    from wfm.client.wfm import Wfm

RUNNABLE: Final = ("ACTIVE", DEGRADED)  # requests of a tenant that AMC does not let in just now wait
A_WEEK: Final = 7 * 86_400.0  # seconds


class Backfills:
    """An execution of the machine `backfill` each; its name is the backfill's id."""

    def __init__(self, wfm: "Wfm") -> None:
        self._wfm = wfm

    def preview(self, backfill_id: str, plan: Mapping[str, Any], *, unlisted: bool = False) -> Backfill:
        """What a backfill would ask for; InvalidRequest, UnknownCustomer or UnknownWorkflow when it cannot work.

        `plan` is as in `schemas/backfill.json`. `unlisted` lets through a workflow that somebody made in AMC by hand.
        """
        backfill = read_backfill(plan, backfill_id, datetime.now(UTC))
        check_requests(backfill, dict, datetime.now(UTC))
        self.tenants(backfill.customer_ids)
        if "workflowId" in backfill.payload and not unlisted:
            self._require_workflow(backfill.payload["workflowId"], backfill.customer_ids)
        return backfill

    def _require_workflow(self, workflow_id: str, customer_ids: Sequence[str]) -> None:
        """All have it. The index is a moment late, so whoever is not in it is asked for."""
        having = set(self.tenants_with(workflow_id))
        for customer_id in customer_ids:
            if customer_id not in having:
                self._wfm.workflow(customer_id, workflow_id)

    def tenants(self, customer_ids: Sequence[str]) -> list[Tenant]:
        """These tenants; UnknownCustomer names one that is not there or not ACTIVE."""
        known = {tenant.customer_id: tenant for tenant in self._wfm.tenants()}
        for customer_id in customer_ids:
            if customer_id not in known:
                raise UnknownCustomer(f"customerIds: no customer {customer_id!r}; {suggest(customer_id, known)}")
            if known[customer_id].status not in RUNNABLE:
                raise UnknownCustomer(
                    f"customerIds: {customer_id} is {known[customer_id].status}; allowed: ACTIVE tenants"
                )
        return [known[customer_id] for customer_id in customer_ids]

    def tenants_with(self, workflow_id: str) -> list[str]:
        """The ACTIVE tenants that have the workflow, by id."""
        having = {str(row["customerId"]) for row in self._wfm.aws.library.rows(workflow_id)}
        return [one.customer_id for one in self._wfm.tenants() if one.status in RUNNABLE and one.customer_id in having]

    def start(self, backfill_id: str, plan: Mapping[str, Any]) -> None:
        """Begin it. WFM checks the whole plan again before it sends anything."""
        self._wfm.aws.backfills.start(backfill_id, plan)

    def all(self, limit: int | None = None) -> list[BackfillStanding]:
        """The backfills of the last 90 days, the newest first."""
        return [self.standing(backfill_id) for backfill_id in islice(self._wfm.aws.backfills.ids(), limit)]

    def standing(self, backfill_id: str) -> BackfillStanding:
        """How a backfill stands; UnknownRunError with close matches."""
        execution = self._wfm.aws.backfills.find(backfill_id)
        if execution is None:
            hint = suggest(backfill_id, self._wfm.aws.backfills.ids())
            raise UnknownRunError(f"id: no backfill {backfill_id!r} in the last 90 days; {hint}")
        return BackfillStanding.of(execution, self._wfm.aws.tables.backfill_requests(backfill_id))

    def cancel(self, backfill_id: str) -> None:
        """Stop it: nothing more of it is started, and what runs in AMC is cancelled."""
        execution = self.standing(backfill_id).execution
        if execution.status != "RUNNING":
            raise UsageError(f"id: the backfill {backfill_id} is {execution.status}; allowed: one that is RUNNING")
        self._wfm.aws.backfills.stop(backfill_id, "cancelled by wfm")

    def follow(self, backfill_id: str, timeout: float = A_WEEK, clock: Clock = CLOCK) -> Iterator[BackfillStanding]:
        """How it stands, again whenever that has changed, to its end; NotEndedInTimeError after `timeout` seconds."""
        looks, before = Looks(timeout, clock), None
        for late in looks:
            now = self.standing(backfill_id)
            if now != before:
                yield now
                before = now
                looks.soon()
            if now.is_over:
                return
            if late:
                told = f"{now.ended} of {now.requests} requests have ended"
                raise NotEndedInTimeError(f"not ended after {timeout:g} s: {told}, and it goes on")


def new_id(workflow_id: str, now: datetime) -> str:
    """A readable id: `weekly-reach-20261123T081500`."""
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', workflow_id)[:14]}-{now:%Y%m%dT%H%M%S}"
