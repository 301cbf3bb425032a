"""The history as files: JSON lines of each table, and Parquet where that is asked for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wfm.client.aws import Aws
from wfm.client.uninstall.parquet import require_pyarrow, write_parquet
from wfm.errors import UsageError
from wfm.store.schema import HISTORY, OF_CUSTOMERS


@dataclass(frozen=True, slots=True)
class Exported:
    """One table's file, `{table}.jsonl`, with a row a line."""

    table: str
    rows: int
    path: Path


class Export:
    """`wfm.export` of one deployment."""

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def write(self, folder: Path, *, parquet: bool = False, customer_id: str | None = None) -> Iterator[Exported]:
        """Write each table's rows, under their keys, as they are stored; what is there of an earlier try is replaced.

        With `customer_id` those of one customer alone, and without the library, which is nobody's.
        A file bears its name once it is whole. UsageError, before anything is read, if the folder cannot be written, or
        `parquet` is asked for and pyarrow is missing.
        """
        if parquet:
            require_pyarrow()
        _make(folder)
        for table in HISTORY if customer_id is None else OF_CUSTOMERS:
            path = folder / f"{table.name}.jsonl"
            unfinished, count = path.with_suffix(".unfinished"), 0
            with unfinished.open("w", encoding="utf-8") as file:
                for row in self._aws.tables.history.rows(table, customer_id):
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                    count += 1
            unfinished.replace(path)
            if parquet:
                write_parquet(path, path.with_suffix(".parquet"))
            yield Exported(table.name, count, path)


def _make(folder: Path) -> None:
    """Readable for its owner alone: it holds SQL and parameters."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as exc:
        raise UsageError(f"--export: {str(folder)!r} cannot be written ({exc}); allowed: a folder of your own") from exc
