"""Batches of stream records or messages: each on its own, and only those that failed come again."""

from collections.abc import Callable, Mapping
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from functions.runtime.entry import log_fields, logger


class _Logged(BatchProcessor):
    def failure_handler(self, record: Any, exception: Any) -> Any:
        """Say why a record comes again."""
        logger.warning("a record comes again", **log_fields(exception[1]))
        return super().failure_handler(record, exception)


def each_record(event: Mapping[str, Any], kind: EventType, handle: Callable[[Mapping[str, Any]], None]) -> Any:
    """`{"batchItemFailures": [...]}` after `handle` of every record (the plain dict that AWS sent).

    Of a stream, Lambda repeats everything from the first failed record on, so every handler may see a record twice.
    """
    processor = _Logged(event_type=kind, raise_on_entire_batch_failure=False)
    return process_partial_response(
        event=dict(event), record_handler=lambda record: handle(record.raw_event), processor=processor
    )
