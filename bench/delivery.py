"""What it costs to deliver a result: memory and processor time, for results of growing size.

`python -m bench.delivery [MEGABYTES ...]` makes as much CSV as it goes, and writes the Parquet file to a bucket that
forgets it. Each size has a process of its own, so that the most memory it held is its own. The figures go to
build/delivery.json too.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, Final

SIZES: Final = (0, 100, 1000, 3000)  # megabytes of CSV
ROW_GROUP_MEGABYTES: Final = 64
FIGURES: Final = Path("build/delivery.json")
_BLOCK_ROWS: Final = 5_000
_BLOCKS: Final = 16  # that differ, and then come again
_TYPES: Final = {
    "day": "DATE", "campaign": "STRING", "path": "STRING", "user_group": "STRING", "impressions": "LONG",
    "reach": "LONG", "cost": "DECIMAL", "rate": "DOUBLE", "last_seen": "TIMESTAMP",
}  # fmt: skip


class ForgetfulS3:
    """Takes parts as S3 does, and keeps their sizes alone."""

    def __init__(self) -> None:
        self.bytes = 0

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        """An upload."""
        return {"UploadId": "upload"}

    def upload_part(self, *, Body: bytes, **_: Any) -> dict[str, str]:  # noqa: N803  # the SDK's name
        """A part."""
        self.bytes += len(Body)
        return {"ETag": "part"}

    def complete_multipart_upload(self, **_: Any) -> None:
        """The file."""


def made_csv(size: int) -> Iterator[bytes]:
    """At least `size` bytes of CSV with a header, in blocks."""
    yield ",".join(_TYPES).encode() + b"\n"
    blocks, made = [_block(Random(seed)) for seed in range(_BLOCKS)], 0  # noqa: S311  # made-up rows
    for number in count():
        if made >= size:
            return
        yield blocks[number % _BLOCKS]
        made += len(blocks[number % _BLOCKS])


def _block(chance: Random) -> bytes:
    return "".join(_row(chance) for _ in range(_BLOCK_ROWS)).encode()


def _row(chance: Random) -> str:
    day = f"2026-11-{chance.randint(1, 28):02d}"
    campaign, path = f"Campaign {chance.randint(1, 5000)}", f'"display, video > {chance.randint(1, 300)}"'
    cost = "" if chance.random() < 0.1 else f"{chance.random() * 1000:.17f}"
    numbers = f"{chance.randint(0, 10**6)},{chance.randint(100, 10**5)},{cost},{chance.random():.12f}"
    return (
        f"{day},{campaign},{path},{chance.randbytes(8).hex()},{numbers},{day}T12:00:00.{chance.randint(0, 999):03d}\n"
    )


def delivered(megabytes: int, row_group_megabytes: int) -> dict[str, float]:
    """Deliver that much in this process, and say what it took."""
    began, used = time.monotonic(), time.process_time()
    import pyarrow as pa  # noqa: PLC0415  # its import is measured

    from functions.delivery.parquet_file import write_parquet  # noqa: PLC0415
    from functions.delivery.result_bucket import Upload, author_of  # noqa: PLC0415
    from functions.delivery.result_rows import CsvPart  # noqa: PLC0415
    from wfm.model.csv_rows import CsvFormat  # noqa: PLC0415
    from wfm.model.result_columns import read_columns  # noqa: PLC0415
    from wfm.model.result_deliveries import DeliveryOrder, ResultWindow  # noqa: PLC0415

    imported = time.process_time() - used
    now = datetime.now(UTC)
    columns = read_columns([{"name": name, "dataType": kind} for name, kind in _TYPES.items()])
    order = DeliveryOrder("acme", "reach", "run-1", now, ResultWindow(now, now), columns=columns)
    s3: Any = ForgetfulS3()
    upload = Upload(s3, "bucket", "key", author_of(order))
    part = CsvPart(1, made_csv(megabytes * 10**6), CsvFormat())
    summary = write_parquet(part.batches(columns), columns, order, upload, row_group_megabytes << 20)
    upload.complete(None)
    return {
        "megabytes": megabytes,
        "rows": summary.rows,
        "parquetMegabytes": round(s3.bytes / 10**6, 1),
        "seconds": round(time.monotonic() - began, 1),
        "processorSeconds": round(time.process_time() - used, 1),
        "importMilliseconds": round(imported * 1000),
        "arrowPeakMegabytes": round(pa.default_memory_pool().max_memory() / 2**20),
        "peakMegabytes": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def measured(megabytes: int, row_group_megabytes: int = ROW_GROUP_MEGABYTES) -> dict[str, float]:
    """The same in a process of its own."""
    command = [sys.executable, "-m", "bench.delivery", "--one", str(megabytes), "--row-group", str(row_group_megabytes)]
    found: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)  # noqa: S603
    return found


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("megabytes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--row-group", type=int, default=ROW_GROUP_MEGABYTES, metavar="MEGABYTES")
    parser.add_argument("--one", type=int, metavar="MEGABYTES", help="in this process, as JSON")
    arguments = parser.parse_args()
    if arguments.one is not None:
        print(json.dumps(delivered(arguments.one, arguments.row_group)))
        return
    found = []
    for megabytes in arguments.megabytes:
        found.append(measured(megabytes, arguments.row_group))
        print(found[-1], flush=True)
    FIGURES.parent.mkdir(exist_ok=True)
    FIGURES.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
