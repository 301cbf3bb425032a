"""A stream has shards, each behind by a time of its own, and their records may come again.

AWS: the records of an item are in one shard and in order; shards, and the keys of a shard under a parallelization
factor, are processed beside each other, so that order between items is not kept. Lambda delivers each batch at least
once (Lambda guide, "Process DynamoDB records with Lambda").
The package: one shard, which delivers in order and once.
Mended: `Unreliability.stream_lag` gives each of ten shards its own lag, `repeated_batches` sends batches again.
"""

import threading
import time
import zlib
from collections import defaultdict, deque
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Final

from local.emulator.patches import stream_batches
from local.emulator.patches.rewrite import module, replace_name
from local.emulator.troubles import count, happens, up_to, wanted

SHARDS: Final = 10
REPEATED: Final = "stream batches repeated"
OVERTOOK: Final = "stream batches that overtook an older record"
PAUSE: Final = 0.1  # seconds until a disabled mapping is looked at again

Mapping = dict[str, Any]
Record = dict[str, Any]


class Shard:
    """The records of one shard that a mapping has not processed yet, delivered by a thread that ends with the last."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._records: deque[Record] = deque()
        self._lock = threading.Lock()
        self._is_delivering = False

    def add(self, record: Record) -> None:
        with self._lock:
            self._records.append(record)
            if not self._is_delivering:
                self._is_delivering = True
                threading.Thread(target=copy_context().run, args=(self._deliver,), daemon=True).start()

    def _deliver(self) -> None:
        while self._waiting():
            time.sleep(up_to("lag of a shard", wanted().stream_lag))
            batch = list(self._records)[: self._mapping.get("BatchSize", 100)]
            if _overtakes(self._mapping, batch[0]):
                count(OVERTOOK)
            if not _process(self._mapping, batch):
                return
            with self._lock:
                for _ in batch:
                    self._records.popleft()

    def _waiting(self) -> bool:
        with self._lock:
            self._is_delivering = bool(self._records)
            return self._is_delivering

    def is_behind(self, record: Record) -> bool:
        with self._lock:
            return bool(self._records) and _sequence(self._records[0]) < _sequence(record)


_shards: defaultdict[str, dict[int, Shard]] = defaultdict(dict)


def apply() -> None:
    replace_name(module("services.lambda_svc"), "_deliver_stream_batch", by_shards)


def by_shards(deliver: Callable[[Mapping, list[Record], int], None]) -> Callable[[Mapping, list[Record], int], None]:
    """A mapping that has had shards keeps them, so that no record overtakes one of its own item."""

    def deliver_by_shards(mapping: Mapping, batch: list[Record], next_position: int) -> None:
        shards = _shards[mapping["UUID"]]
        if not shards and not (wanted().stream_lag or wanted().repeated_batches):
            deliver(mapping, batch, next_position)
            return
        for record in batch:
            shards.setdefault(_number(record), Shard(mapping)).add(record)
        service = module("services.lambda_svc")
        with service._dynamodb_stream_positions_lock:  # noqa: SLF001
            service._dynamodb_stream_positions[mapping["UUID"]] = next_position  # noqa: SLF001

    return deliver_by_shards


def _process(mapping: Mapping, batch: list[Record]) -> bool:
    """False when the mapping is gone; one that is disabled goes on where it stopped."""
    service = module("services.lambda_svc")
    while not stream_batches.process(service, mapping, batch):
        if mapping["UUID"] not in service._esms:  # noqa: SLF001
            return False
        time.sleep(PAUSE)
    if happens(REPEATED, wanted().repeated_batches):
        stream_batches.process(service, mapping, batch)
    return True


def _number(record: Record) -> int:
    """By the partition key, which is the first that the package names."""
    key = next(iter(record["dynamodb"]["Keys"].items()))
    return zlib.crc32(repr(key).encode()) % SHARDS


def _overtakes(mapping: Mapping, record: Record) -> bool:
    """Whether another shard still has an older record."""
    return any(shard.is_behind(record) for shard in list(_shards[mapping["UUID"]].values()))


def _sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])
