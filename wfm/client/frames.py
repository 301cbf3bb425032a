"""What the client gives back as frames of pandas, which is an extra: `pip install 'wfm[pandas]'`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from wfm.client.records import Execution, Request, Tenant, Workflow
from wfm.client.runs.run import Run
from wfm.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

TIMES: Final = ("started", "ended")
_SECONDS: Final = "seconds"
RUN_COLUMNS: Final = ("customer_id", "run_id", "workflow_id", "status", "source", "reason", *TIMES, _SECONDS)
_FRAMED: Final = (Run, Request, Execution, Tenant, Workflow)
_NO_PANDAS: Final = "pandas is not installed; allowed: pip install 'wfm[pandas]'"


def to_pandas(records: Iterable[object], of: type[object] | None = None) -> "pd.DataFrame":
    """A frame with a row for each run, request, execution, tenant or workflow, and a column for each of its fields.

    Times are Timestamps in UTC; a run has the columns `customer_id`, `run_id`, `workflow_id`, `status`, `source`,
    `reason`, `started`, `ended` and `seconds` (missing while it goes on). `of` names the class, for a list that may be
    empty: `to_pandas(runs, of=Run)` has its columns in any case. UsageError without pandas, or for what is no such
    record.
    """
    pandas = _pandas()
    rows = [_row(record) for record in records]
    columns = [*rows[0]] if rows else list(_columns(of))
    frame = pandas.DataFrame(rows, columns=columns)
    for name in columns:
        if name in TIMES or name.endswith("_at"):
            frame[name] = pandas.to_datetime(frame[name], utc=True, format="ISO8601")
    if _SECONDS in columns:
        frame[_SECONDS] = (frame["ended"] - frame["started"]).dt.total_seconds()
    return frame


def read_csv(lines: Iterable[bytes], options: Mapping[str, object]) -> "pd.DataFrame":
    """The lines of a result as a frame. Whole numbers stay whole where some are missing, and `NA` is a text."""
    given = {"dtype_backend": "numpy_nullable", "keep_default_na": False, "na_values": [""], **options}
    frame: pd.DataFrame = _pandas().read_csv(BytesIO(b"".join(lines)), **given)
    return frame


def _pandas() -> Any:
    try:
        return import_module("pandas")
    except ImportError as exc:
        raise UsageError(_NO_PANDAS) from exc


def _row(record: object) -> dict[str, object]:
    _require_framed(type(record))
    if isinstance(record, Run):
        either = record.either
        values = either.customer_id, record.run_id, either.workflow_id, record.status, record.source, record.reason
        return dict(zip(RUN_COLUMNS, (*values, record.started, record.ended, None), strict=True))
    return {name: None if getattr(record, name) == "" else getattr(record, name) for name in _columns(type(record))}


def _columns(of: type[object] | None) -> Iterator[str]:
    """The columns of a record; those of its row are left out, as `row` has them."""
    if of is None:
        return
    _require_framed(of)
    if of is Run:
        yield from RUN_COLUMNS
    elif is_dataclass(of):
        yield from (field.name for field in fields(of) if field.name != "row")


def _require_framed(of: type[object]) -> None:
    if of not in _FRAMED:
        allowed = ", ".join(one.__name__ for one in _FRAMED)
        raise UsageError(f"records: {of.__name__} has no columns; allowed: {allowed}")
