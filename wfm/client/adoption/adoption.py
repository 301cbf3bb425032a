"""`wfm.adoption`: workflows of AMC that WFM does not know, into the library's files or the tenants' rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from wfm.client.adoption.found import Found, Instance
from wfm.client.adoption.library_files import Taken, for_library
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.library.entries import LibraryEntries
from wfm.client.library.plan import Known
from wfm.client.poll_schedule import CLOCK, Clock, PollSchedule
from wfm.client.records import Workflow
from wfm.client.side_by_side import each
from wfm.errors import ClientError, NotEndedInTimeError, UnreachableError


@dataclass(frozen=True, slots=True)
class Searched:
    """What was found in a tenant's instance; `problem` is why AMC did not list it, "" if it did."""

    customer_id: str
    found: Sequence[Found]
    problem: str = ""


@in_words
class Adoption:
    """Finding asks AMC through WFM's Lambdas. Nothing here changes AMC."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def search(self, customer_ids: Sequence[str], only: Sequence[str] = ()) -> Iterator[Searched]:
        """What each instance holds that WFM does not, as the answers come; `only` these workflow ids, if any."""
        amc, rows = self._aws.amc, self._aws.tables.workflows  # made here: threads would make them twice

        def one(customer_id: str) -> Searched:
            instance = Instance(
                customer_id,
                partial(amc.workflows, customer_id),
                partial(amc.workflow, customer_id),
                partial(rows.of_tenant, customer_id),
            )
            try:
                return Searched(customer_id, tuple(instance.find(only, datetime.now(UTC))))
            except UnreachableError:
                raise
            except ClientError as exc:
                return Searched(customer_id, (), str(exc))

        return each(customer_ids, one)

    def for_library(self, found: Sequence[Found]) -> Taken:
        """What the files of a library have to say of them."""
        records = LibraryEntries(self._aws).by_id()
        return for_library(found, {name: Known.of(of_one) for name, of_one in records.items()})

    def adopt(self, found: Found) -> bool:
        """Take AMC's definition into the tenant's row; False if that has changed since it was found.

        The sync that follows finds AMC as the row wants it, and writes nothing there.
        """
        seen = found.row or None
        return self._aws.tables.workflows.adopt(found.customer_id, found.workflow_id, found.definition, seen)

    def wait(self, adopted: Sequence[Found], timeout: float, clock: Clock = CLOCK) -> Sequence[Workflow]:
        """The workflows once none is PENDING any more; NotEndedInTimeError after `timeout` seconds."""
        left: list[str] = []
        for _ in PollSchedule(timeout, clock):
            rows = [self._aws.tables.workflows.find(one.customer_id, one.workflow_id) for one in adopted]
            workflows = [Workflow.from_row(row) for row in rows if row is not None]
            left = [one.workflow_id for one in workflows if one.sync_status in (None, "PENDING")]
            if not left:
                return workflows
        raise NotEndedInTimeError(f"not ended after {timeout:g} s: {', '.join(left)} is still PENDING")
