"""`wfm.results`: the files that runs left in the tenants' buckets, read with the rights of whoever asks.

AMC writes below `workflow=<id>/schedule=<kind>/` and says where on the run (`outputS3URI`), or says `N/A`; then the
file is known by its folder and by when it was written.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from wfm.client.adapters.result_objects import ResultObject
from wfm.client.aws import Aws
from wfm.client.aws_errors import in_words
from wfm.client.frames import read_csv
from wfm.client.records import Execution
from wfm.client.results.comparing import Comparison, compared, superseded_id
from wfm.client.results.files import is_one_file, remarks, written_around
from wfm.client.runs.run import Run
from wfm.client.runs.runs import Runs
from wfm.client.tenants.tenants import Tenants
from wfm.client.times import Time
from wfm.errors import UsageError
from wfm.model.csv_rows import rows_of
from wfm.model.delivery_orders import OUTPUT_FORMAT, read_format
from wfm.model.labels import Labels
from wfm.model.publishing import Publication
from wfm.model.result_files import FOLDER, SUFFIX, is_part_of, key_of
from wfm.model.statuses import has_ended

if TYPE_CHECKING:
    import pandas as pd

AVAILABLE, PENDING, AMBIGUOUS, NONE = "AVAILABLE", "PENDING", "AMBIGUOUS", "NONE"
UNDELIVERED: Final = "UNDELIVERED"
_DRY_RUN: Final = "a dry run has no result"
_NO_BUCKET: Final = "the tenant has no bucket"


@dataclass(frozen=True, slots=True)
class Result:
    """A run and its files.

    `state` is AVAILABLE, PENDING (no file yet), UNDELIVERED (AMC has it, the tenant's bucket has not), AMBIGUOUS
    (several files may be it), or NONE: the run is active or did not succeed.
    """

    run: Run
    state: str
    objects: Sequence[ResultObject]
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """What `--json` prints."""
        run = self.run
        return {
            "customerId": run.either.customer_id,
            "id": run.run_id,
            "workflowId": run.either.workflow_id,
            "status": run.status,
            "endedAt": run.ended,
            "result": self.state,
            "note": self.note or None,
            "objects": [asdict(each) for each in self.objects],
        }


def available(result: Result) -> Result:
    """The result, if it has files; UsageError says why it has none."""
    if result.state != AVAILABLE:
        raise UsageError(f"{result.run.run_id}: {result.state}. {result.note}".rstrip(" ."))
    return result


@in_words
class Results:
    """`wfm.results` of one deployment."""

    def __init__(self, aws: Aws, tenants: Tenants, runs: Runs) -> None:
        self._aws = aws
        self._tenants = tenants
        self._runs = runs

    def list(
        self, customer_id: str, workflow: str | None = None, since: Time = "", *, labels: Labels | None = None
    ) -> Iterator[Result]:
        """The customer's runs that succeeded, newest first, each with its files; one call to S3 for each.

        Runs and files are read page by page as they are taken.
        """
        bucket = self._bucket(customer_id)
        runs = self._runs.iterate(customer_id, workflow=workflow, status="SUCCEEDED", since=since, labels=labels)
        return (self._of(run, bucket) for run in runs)

    def get(self, customer_id: str, run_id: str) -> Result:
        """The result of one run; UnknownRunError if there is no such run."""
        return self._of(self._runs.get(customer_id, run_id), self._bucket(customer_id))

    def compare(
        self, customer_id: str, run_id: str, *, before: str | None = None, from_amc: bool = False
    ) -> Comparison:
        """How much a run's result differs from that of the run `before`; None: of the one whose place it takes.

        With `from_amc` what is in no bucket is read through AMC's links. UsageError where a run has no result.
        """
        after = self._runs.get(customer_id, run_id)
        older = self._runs.get(customer_id, before or superseded_id(after))
        bucket = self._bucket(customer_id)

        def rows(run: Run) -> Iterator[Sequence[str]]:
            result = self._of(run, bucket)
            is_linked = from_amc and result.state != AVAILABLE
            return self.rows(run, self.lines_from_amc(result) if is_linked else self.lines(available(result)))

        return compared(older, after, rows)

    def rows(self, run: Run, lines: Iterable[bytes]) -> Iterator[Sequence[str]]:
        """The rows of a run's result by its lines, header first, as the workflow's `outputFormat` has them."""
        customer_id, workflow_id = run.either.customer_id, run.either.workflow_id
        workflow = self._aws.tables.workflows.find(customer_id, workflow_id) if workflow_id else None
        return rows_of(lines, read_format((workflow or {}).get(OUTPUT_FORMAT)))

    def _bucket(self, customer_id: str) -> str:
        return self._tenants.get(customer_id).bucket

    def _of(self, run: Run, bucket: str) -> Result:
        execution = run.execution
        if execution is None or not has_ended(execution.status):
            return Result(run, NONE, [], run.reason or ("" if has_ended(run.status) else f"the run is {run.status}"))
        if execution.status != "SUCCEEDED":
            return Result(run, NONE, [], execution.reason or "")
        objects = self._objects(execution, bucket)
        if not objects:
            return self._without_file(run, execution, bucket)
        if not is_one_file(objects):
            names = ", ".join(each.key for each in objects)
            return Result(
                run, AMBIGUOUS, [], f"AMC does not say which of those written while it ran is its own: {names}"
            )
        return Result(run, AVAILABLE, objects, remarks(execution))

    def _without_file(self, run: Run, execution: Execution, bucket: str) -> Result:
        """What is known of a result that is in no bucket; a list's rows leave out what AMC says of its publishing."""
        row = self._aws.tables.executions.find(execution.customer_id, execution.workflow_execution_id)
        whole = Execution.from_row(row) if row else execution
        if whole.row.get("dryRun"):
            return Result(run, NONE, [], _DRY_RUN)
        if not bucket:
            return Result(run, UNDELIVERED, [], "; ".join(filter(None, [_NO_BUCKET, remarks(whole)])))
        unpublished = whole.row.get("resultDelivery") in (Publication.FAILED, Publication.UNAVAILABLE)
        return Result(run, UNDELIVERED if unpublished else PENDING, [], remarks(whole))

    def _objects(self, execution: Execution, bucket: str) -> Sequence[ResultObject]:
        if not bucket:
            return []
        named = key_of(execution.row.get("outputS3URI"), bucket)
        if named:
            found = self._aws.objects.below(bucket, named.removesuffix(SUFFIX))
            return [each for each in found if is_part_of(each.key, named)]
        folder = f"{FOLDER}{execution.workflow_id}/schedule="
        return written_around(execution, self._aws.objects.below(bucket, folder))

    def lines(self, result: Result) -> Iterator[bytes]:
        """The lines of all files, with one header line. UsageError where the files' headers differ."""
        objects = self._aws.objects
        return joined(objects.lines(each.bucket, each.key) for each in result.objects)

    def to_pandas(self, result: Result, **options: object) -> "pd.DataFrame":
        """The rows of all files as a frame; `options` go to `pandas.read_csv`, such as `dtype={"asin": "string"}`.

        Whole numbers stay whole where some are missing, and `NA` is a text. UsageError without pandas, and for a result
        that is not AVAILABLE.
        """
        if result.state != AVAILABLE:
            note = f" ({result.note})" if result.note else ""
            raise UsageError(f"{result.run.run_id}: its result is {result.state}{note}; allowed: one that is AVAILABLE")
        return read_csv(self.lines(result), options)

    def lines_from_amc(self, result: Result) -> Iterator[bytes]:
        """The same through AMC's own links, for what never came into a bucket."""
        if result.run.execution is None:
            raise UsageError(f"{result.run.run_id}: there is no AMC run of it")
        execution = result.run.execution
        return joined(self._aws.links.parts(execution.customer_id, execution.workflow_execution_id))


def joined(parts: Iterable[Iterable[bytes]]) -> Iterator[bytes]:
    """The lines of all parts, each with its end, with the header line of the first alone."""
    header: bytes | None = None
    for number, part in enumerate(parts):
        lines = (line if line.endswith(b"\n") else line + b"\n" for line in part)
        first = next(lines, b"")
        if header is None:
            header = first
            yield first
        elif first != header:
            raise UsageError(f"part {number + 1}: its header {first!r:.80} differs from that of the parts before it")
        yield from lines
