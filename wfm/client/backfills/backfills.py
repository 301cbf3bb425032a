"""`wfm.backfills`: many windows of the past at once, for one or many tenants."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from wfm.client.adapters.backfill_machine import BackfillExecution
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.backfills.cancelling import (
    RUNNING,
    BackfillCancellation,
    ended_before,
    not_cancelled,
    stopped,
)
from wfm.client.backfills.made_up_for import sent_again
from wfm.client.backfills.resuming import resumable
from wfm.client.backfills.selecting import selected
from wfm.client.backfills.started import BACKFILL_TIMEOUT, BackfillStarted
from wfm.client.backfills.status import BackfillStatus
from wfm.client.many import each
from wfm.client.plain_values import plain_document
from wfm.client.poll_schedule import CLOCK, Clock, PollSchedule
from wfm.client.records import Tenant
from wfm.client.suggestions import suggest
from wfm.client.tenants.tenants import Tenants
from wfm.client.workflows.workflows import Workflows
from wfm.errors import NotEndedInTimeError, UnknownCustomer, UnknownRunError, UsageError
from wfm.model.availability import DEGRADED
from wfm.model.backfill_fields import numbers_text
from wfm.model.backfill_selection import Only, Selection
from wfm.model.backfills import Backfill, check_chain, check_requests, check_values, read_backfill
from wfm.model.labels import Labels, has_labels
from wfm.model.rows import object_in

RUNNABLE: Final = ("ACTIVE", DEGRADED)  # requests of a tenant that AMC does not let in just now wait
LOOKED_THROUGH: Final = 20  # backfills; each is a call


@in_words
class Backfills:
    """`wfm.backfills` of one deployment: each is an execution of the machine `backfill`, whose name is its id."""

    def __init__(self, aws: Aws, tenants: Tenants, workflows: Workflows) -> None:
        self._aws = aws
        self._tenants = tenants
        self._workflows = workflows

    def preview(self, backfill_id: str, plan: Mapping[str, object], *, unlisted: bool = False) -> Backfill:
        """What a backfill would ask for; InvalidRequest, UnknownCustomer or UnknownWorkflow when it cannot work.

        `plan` is as in `schemas/backfill.json`. `unlisted` lets through a workflow that somebody made in AMC by hand.
        """
        backfill = read_backfill(plain_document(plan), backfill_id, datetime.now(UTC))
        check_requests(backfill, object_in, datetime.now(UTC))
        tenants = self.active_tenants(backfill.customer_ids)
        if "workflowId" in backfill.payload and not unlisted:
            workflow_id = str(backfill.payload["workflowId"])
            for tenant in tenants:
                check_chain(backfill, workflow_id, tenant.row)
                check_values(backfill, self._workflows.get(tenant.customer_id, workflow_id).row, tenant.own_values)
        return backfill

    def select(self, backfill: Backfill, only: str | Sequence[str]) -> Selection:
        """What of a backfill is `missing`, `failed` last, or has `changed` since; of several what is any of them.

        Its `text` is for the field `numbers` of the plan. It goes by the requests of the last 90 days.
        """
        wanted = [only] if isinstance(only, str) else list(only)
        for one in wanted or [""]:
            if one not in list(Only):
                raise UsageError(f"only: {one!r:.60} is not known; allowed: {', '.join(Only)}")
        tenants, recent = self.active_tenants(backfill.customer_ids), self.list(LOOKED_THROUGH, only_running=True)
        return selected(backfill, [Only(one) for one in wanted], tenants, recent, self._aws)

    def narrowed(self, backfill_id: str, plan: Mapping[str, object], selection: Selection) -> Backfill:
        """The backfill of a plan that has been previewed, with only what was selected of it."""
        return read_backfill(plain_document({**plan, "numbers": selection.text}), backfill_id, datetime.now(UTC))

    def active_tenants(self, customer_ids: Sequence[str]) -> Sequence[Tenant]:
        """These tenants; UnknownCustomer names one that is not there or not ACTIVE."""
        known = {tenant.customer_id: tenant for tenant in self._tenants.list()}
        for customer_id in customer_ids:
            if customer_id not in known:
                raise UnknownCustomer(f"customerIds: no customer {customer_id!r}; {suggest(customer_id, known)}")
            if known[customer_id].status not in RUNNABLE:
                raise UnknownCustomer(
                    f"customerIds: {customer_id} is {known[customer_id].status}; allowed: ACTIVE tenants"
                )
        return [known[customer_id] for customer_id in customer_ids]

    def tenants_with(self, workflow_id: str) -> Sequence[str]:
        """The ACTIVE tenants that have the workflow, by id."""
        having = {str(row["customerId"]) for row in self._aws.tables.library.rows(workflow_id)}
        return [one.customer_id for one in self._tenants.list() if one.status in RUNNABLE and one.customer_id in having]

    def repeats(self, backfill: Backfill) -> BackfillStatus | None:
        """An earlier backfill that asked for the same and has not failed, of the last few; None if there is none."""
        for status in self.list(LOOKED_THROUGH):
            is_same = status.backfill is not None and replace(status.backfill, backfill_id="") == replace(
                backfill, backfill_id=""
            )
            if is_same and status.execution.status in ("RUNNING", "SUCCEEDED"):
                return status
        return None

    def start(self, backfill_id: str, plan: Mapping[str, object], by: str | None = None) -> BackfillStarted:
        """Begin it; its `wait` gives the status at its end. WFM checks the plan again before it sends anything.

        `by` is who wants it, which the plan then says as `startedBy`.
        """
        self._aws.backfills.start(backfill_id, plain_document({**plan, "startedBy": by} if by else plan))
        return BackfillStarted(backfill_id, follow=lambda timeout: self.wait(backfill_id, timeout))

    def list(
        self,
        limit: int | None = None,
        *,
        workflow: str | None = None,
        labels: Labels | None = None,
        only_running: bool = False,
    ) -> Sequence[BackfillStatus]:
        """The backfills of the last 90 days, the newest first: of a workflow, with all of these labels."""
        found = map(self._aws.backfills.find, self._aws.backfills.ids(only_running=only_running))
        wanted = (
            one
            for one in found
            if one and workflow in (None, one.plan.get("workflowId")) and has_labels(one.plan, labels or {})
        )
        return [self._status(one) for one in islice(wanted, limit)]

    def get(self, backfill_id: str) -> BackfillStatus:
        """The status of a backfill; UnknownRunError with close matches."""
        execution = self._aws.backfills.find(backfill_id)
        if execution is None:
            hint = suggest(backfill_id, self._aws.backfills.ids())
            raise UnknownRunError(f"id: no backfill {backfill_id!r} in the last 90 days; {hint}")
        return self._status(execution)

    def _status(self, execution: BackfillExecution) -> BackfillStatus:
        requests = self._aws.tables.requests
        rows = list(requests.of_backfill(execution.backfill_id))
        return BackfillStatus.of(execution, rows, sent_again(rows, requests.find_many))

    def cancel(self, backfill_id: str, by: str = "wfm") -> None:
        """Stop it: nothing more of it is started, and what runs in AMC is cancelled. `by` is who wants it."""
        self._require(backfill_id, RUNNING)
        self._aws.backfills.stop(backfill_id, f"cancelled by {by}")

    def cancel_many(self, backfills: Sequence[BackfillStatus], by: str = "wfm") -> Iterator[BackfillCancellation]:
        """Stop these, of which those that have ended are left alone; one that fails does not keep the rest."""

        def stop(one: BackfillStatus) -> Sequence[BackfillCancellation]:
            now = self._aws.backfills.find(one.execution.backfill_id) or one.execution  # since somebody was asked
            if now.status != RUNNING:
                return [ended_before(replace(one, execution=now))]
            self._aws.backfills.stop(one.execution.backfill_id, f"cancelled by {by}")
            return [stopped(one)]

        return each(backfills, stop, not_cancelled)

    def pause(self, backfill_id: str, by: str = "wfm") -> None:
        """Start nothing more of it until it is resumed; what runs in AMC goes on. `by` is who wants it."""
        self._require(backfill_id, RUNNING)
        self._aws.backfills.pause(backfill_id, f"paused by {by}")

    def resume(self, backfill_id: str, by: str | None = None) -> BackfillStarted:
        """Go on with a paused backfill, once: what was cancelled of it becomes a backfill, whose id follows from its.

        UsageError while some of its requests have not ended.
        """
        status = self._require(backfill_id, "PAUSED")
        backfill = resumable(status, self._aws.tables.requests.of_backfill(backfill_id))
        plan = {name: value for name, value in status.execution.plan.items() if name not in ("backfillId", "startedBy")}
        plan |= {"numbers": numbers_text(backfill.numbers), "resumes": backfill_id}
        self.preview(backfill.backfill_id, plan, unlisted=True)
        return self.start(backfill.backfill_id, plan, by)

    def _require(self, backfill_id: str, wanted: str) -> BackfillStatus:
        status = self.get(backfill_id)
        if status.execution.status != wanted:
            problem = f"the backfill {backfill_id} is {status.execution.status}"
            raise UsageError(f"id: {problem}; allowed: one that is {wanted}")
        return status

    def wait(
        self, backfill_id: str, timeout: float = BACKFILL_TIMEOUT, clock: Clock = CLOCK
    ) -> Iterator[BackfillStatus]:
        """The backfill's status at each change until its end; NotEndedInTimeError after `timeout` seconds."""
        schedule, before = PollSchedule(timeout, clock), None
        for late in schedule:
            now = self.get(backfill_id)
            if now != before:
                yield now
                before = now
                schedule.soon()
            if now.is_over:
                return
            if late:
                progress = f"{now.ended} of {now.requests} requests have ended"
                raise NotEndedInTimeError(f"not ended after {timeout:g} s: {progress}; it continues")


def new_id(workflow_id: str, now: datetime) -> str:
    """A readable id: `weekly-reach-20261123T081500`."""
    return f"{re.sub(r'[^A-Za-z0-9_-]', '_', workflow_id)[:14]}-{now:%Y%m%dT%H%M%S}"
