"""Delivers the result of one run. Every step may be repeated, and two deliveries of one window come in either order."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

import pyarrow as pa

from functions.delivery.parquet_file import ADDED, Summary, summary_in, write_parquet
from functions.delivery.result_bucket import Author, ResultBucket, StoredFile, author_of
from functions.delivery.result_catalog import ResultCatalog
from functions.delivery.result_rows import CsvPart
from functions.delivery.result_source import ResultSource
from wfm.errors import AwsBusy, InvalidRecord, NotReadyYet
from wfm.model.result_columns import ResultColumn, columns_of_file
from wfm.model.result_deliveries import Delivered, DeliveryOrder, DeliveryOutcome, file_key

_MAX_TRIES: Final = 3  # each time the file of another run was put in the same place meanwhile


class Delivery:
    """Delivers from one source into one bucket and its catalog."""

    def __init__(self, source: ResultSource, bucket: ResultBucket, catalog: ResultCatalog) -> None:
        self._source, self._bucket, self._catalog = source, bucket, catalog

    def deliver(self, order: DeliveryOrder) -> Delivered:
        """Deliver, and say how it came out; a TransientError or an error of the SDK for what another try may change."""
        try:
            if problems := list(order.problems()):
                raise InvalidRecord(problems)  # noqa: TRY301  # as what is found out later
            return self._deliver(order)
        except InvalidRecord as exc:
            return Delivered(DeliveryOutcome.REFUSED, str(exc))
        except NotReadyYet as exc:
            return Delivered(DeliveryOutcome.NOT_THERE, str(exc))

    def _delivered_before(self, order: DeliveryOrder) -> Delivered | None:
        for number, table in enumerate(self._catalog.versions(order.workflow_id), start=1):
            key = file_key(order, number)
            there = self._bucket.find(key)
            if there and there.author == author_of(order):
                summary = summary_in(self._bucket.end_of(key))
                return self._as_delivered(key, f"{self._catalog.database}.{table}", there.size, summary)
        return None

    def _deliver(self, order: DeliveryOrder) -> Delivered:
        """Look, write, and look again where another one came in between, as one's own write whose answer was lost."""
        for _ in range(_MAX_TRIES):
            if done := self._delivered_before(order) or self._try(order):
                return done
        raise AwsBusy(f"S3: the results of others were put in the place of that of run {order.run_id} meanwhile")

    def _try(self, order: DeliveryOrder) -> Delivered | None:
        parts = self._parts(order)
        first = next(parts)
        columns = columns_of_file(order.columns, order.discriminator, first.names)
        table, version = self._catalog.claim(order, (*columns, *ADDED))
        key = file_key(order, version)
        there = self._bucket.find(key)
        if there and there.author > author_of(order):
            return self._superseded(key, table, there.author)
        done = self._write(order, rows_of_parts(chain([first], parts), order, columns), columns, key, there)
        return self._as_delivered(key, table, *done) if done else None

    def _parts(self, order: DeliveryOrder) -> Iterator[CsvPart]:
        """The parts; each is opened when the one before it has been read."""
        return (CsvPart(number, chunks, order.format) for number, chunks in enumerate(self._source.parts(order), 1))

    def _write(
        self,
        order: DeliveryOrder,
        rows: Iterator[pa.RecordBatch],
        columns: Sequence[ResultColumn],
        key: str,
        replaced: StoredFile | None,
    ) -> tuple[int, Summary] | None:
        """Size and summary of the file; None if another one came in between."""
        with self._bucket.upload(key, author_of(order)) as upload:
            summary = write_parquet(rows, columns, order, upload)
            return (upload.size, summary) if upload.complete(replaced) else None

    def _superseded(self, key: str, table: str, newer: Author) -> Delivered:
        reason = f"the result of run {newer.run}, which began at {newer.created}, is there"
        return Delivered(DeliveryOutcome.SUPERSEDED, reason, self._location(key), table)

    def _as_delivered(self, key: str, table: str, size: int, summary: Summary) -> Delivered:
        return Delivered(
            DeliveryOutcome.DELIVERED,
            location=self._location(key),
            table=table,
            rows=summary.rows,
            bytes=size,
            suppressed_rows=summary.suppressed_rows,
            schema=summary.schema,
        )

    def _location(self, key: str) -> str:
        return f"s3://{self._bucket.name}/{key}"


def rows_of_parts(
    parts: Iterable[CsvPart], order: DeliveryOrder, columns: Sequence[ResultColumn]
) -> Iterator[pa.RecordBatch]:
    """The rows of all parts. InvalidRecord for a part of other columns."""
    for part in parts:
        columns_of_file(columns, order.discriminator, part.names)
        yield from part.batches(columns)
