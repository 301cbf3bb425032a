"""Batches of a DynamoDB stream are delivered with the mapping's failure rules, and beside each other.

AWS: records come in order; with `ReportBatchItemFailures` the batch is taken up again at the first failed
sequence number; `BisectBatchOnFunctionError` halves a failing batch; `MaximumRetryAttempts` (-1: without end)
sends what keeps failing to the on-failure destination. Mappings do not wait for each other.
The package: a reported item failure counts as success, so the record is lost; no halving; no end of retries;
and the Lambdas of all streams run on the one thread that also polls the queues.
"""

# ruff: noqa: SLF001

import time
from typing import Any

from local.emulator.patches.rewrite import module, replace_source

Mapping = dict[str, Any]
Records = list[dict[str, Any]]

BACKING_OFF = "if _esm_backoff_until.get(esm_id, 0) > time.time():\n"
BUSY = "if _esm_inflight.get(esm_id, 0):\n"
INLINE = '            event = {"Records": batch}\n            result = _execute_function(func_rec, event)\n'
DISPATCHED = """\
            _dispatch_esm_batch(esm_id, _deliver_stream_batch, esm, batch, pos + raw_len)
            processed_any = True
            continue
"""


def apply() -> None:
    replace_source(
        module("services.lambda_svc"),
        "_poll_dynamodb_streams",
        (BACKING_OFF, BUSY),
        (INLINE, DISPATCHED + INLINE),
        _deliver_stream_batch=deliver,
    )


def deliver(mapping: Mapping, batch: Records, next_position: int) -> None:
    """Runs on a thread of its own, one per mapping; the position moves on when the batch is dealt with."""
    service = module("services.lambda_svc")
    if process(service, mapping, batch):
        with service._dynamodb_stream_positions_lock:
            service._dynamodb_stream_positions[mapping["UUID"]] = next_position


def process(service: Any, mapping: Mapping, batch: Records) -> bool:
    """Invoke until nothing of `batch` is left; False if the mapping was deleted or disabled meanwhile."""
    attempts = 0
    while batch:
        function, _ = service._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        if function is None or not _is_active(service, mapping):
            return False
        result = service._execute_function(function, {"Records": batch})
        failed = first_failed(result, batch, mapping)
        mapping["LastProcessingResult"] = "OK" if failed is None else "PROBLEM: Function call failed"
        if failed is None:
            return True
        if failed > 0:
            batch, attempts = batch[failed:], 0
        attempts += 1
        if 0 <= mapping.get("MaximumRetryAttempts", -1) < attempts:
            arn = mapping["EventSourceArn"]
            service._send_ddb_stream_failure_record(mapping, function, batch, arn, result, "RetryAttemptsExhausted")
            return True
        if result.get("error") and mapping.get("BisectBatchOnFunctionError") and len(batch) > 1:
            half = len(batch) // 2
            if not process(service, mapping, batch[:half]):
                return False
            batch, attempts = batch[half:], 0
            continue
        time.sleep(service._ESM_BACKOFF_SECONDS)
    return True


def first_failed(result: dict[str, Any], batch: Records, mapping: Mapping) -> int | None:
    """The index of the first record to deliver again, None if all are done."""
    if result.get("error") or result.get("throttle"):
        return 0
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
        return None
    body = result.get("body")
    failures = body.get("batchItemFailures") or [] if isinstance(body, dict) else []
    if not failures:
        return None
    positions = {record["dynamodb"]["SequenceNumber"]: index for index, record in enumerate(batch)}
    return min(positions.get(failure.get("itemIdentifier"), 0) for failure in failures)


def _is_active(service: Any, mapping: Mapping) -> bool:
    return mapping["UUID"] in service._esms and bool(mapping.get("Enabled", True))
