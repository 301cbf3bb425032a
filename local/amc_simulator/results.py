"""What a run leaves behind: a CSV of made-up numbers and a metadata file, the same each time.

The same question has the same rows, whose numbers grow until they have settled.

Key layout `workflow=<id>/schedule=adhoc/<time>Z-<id>.csv` with a metadata folder beside the files.
[guide; the folder's name: ours]
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from random import Random

from local.amc_simulator.columns import Column, output_columns
from local.amc_simulator.moments import to_millis_text
from local.amc_simulator.runs import Run
from local.amc_simulator.settlement import question, settled_share

_CAMPAIGNS = (
    "Spring Awareness",
    "Prime Day Retargeting",
    "Always On Brand",
    "New to Brand",
    "Holiday Gifts",
    "Back to School",
)
_REGIONS = ("California", "Texas", "New York", "Florida", "Washington", "Illinois", "Ohio", "Georgia")
_PATHS = (
    "display",
    "video",
    "sponsored products",
    "display > sponsored products",
    "video > display > sponsored brands",
)
# Of types whose values no other column has. [OpenAPI: how a DATE and a TIMESTAMP are written]
_SPELT = {"DATE": "2026-01-{:02d}", "TIMESTAMP": "2026-01-{:02d}T12:00:00.000", "BOOLEAN": "true"}


def result_key(run: Run) -> str:
    """The object key of the result file."""
    return f"{_folder(run)}/{_file_name(run)}.csv"


def metadata_key(run: Run) -> str:
    """The object key of the metadata file."""
    return f"{_folder(run)}/metadata/{_file_name(run)}.json"


def result_parts(run: Run, parts: int = 1) -> list[str]:
    """The CSV, cut into that many parts, each with its own header line. Without rows: one header.

    [practitioners]
    """
    columns = output_columns(run.order.definition)
    rows = list(_rows(run, columns))
    size = max(1, -(-len(rows) // parts))
    return [_csv(columns, rows[start : start + size]) for start in range(0, max(len(rows), 1), size)]


def metadata(run: Run) -> str:
    """The run's data and SQL as JSON. [guide: what it holds; shape: ours]"""
    content = {
        "workflowExecutionId": run.execution_id,
        "workflowId": run.order.workflow_id,
        "sqlQuery": run.order.definition.get("sqlQuery"),
        "request": run.order.request,
        "outputColumns": [column.as_json() for column in output_columns(run.order.definition)],
    }
    return json.dumps(content, indent=2)


def _folder(run: Run) -> str:
    return f"workflow={run.order.workflow_id}/schedule=adhoc"


def _file_name(run: Run) -> str:
    return f"{to_millis_text(run.result_ms / 1000)}-{run.order.workflow_id}"


def _rows(run: Run, columns: Sequence[Column]) -> Iterator[list[str]]:
    random = Random(question(run))  # noqa: S311
    count = random.randint(5, 30) if run.plan.rows is None else run.plan.rows
    for number in range(count):
        share = settled_share(run, number)
        yield [_value(column, number, random, share) for column in columns]


def _value(column: Column, number: int, random: Random, share: float) -> str:
    name = column.name.lower()
    if spelling := _SPELT.get(str(column.data_type)):
        return spelling.format(number % 28 + 1)
    if column.kind == "METRIC":
        if "rate" in name:
            return f"{random.random():.4f}"
        return str(int((int(random.lognormvariate(7, 1.2)) + 100) * share))
    if "date" in name or "day" in name:
        return f"2026-{number // 28 % 12 + 1:02d}-{number % 28 + 1:02d}"
    for part, values in (
        ("campaign", _CAMPAIGNS),
        ("region", _REGIONS),
        ("state", _REGIONS),
        ("path", _PATHS),
    ):
        if part in name:
            return values[number % len(values)]
    return str(number + 1)


def _csv(columns: Sequence[Column], rows: list[list[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    writer.writerows(rows)
    return text.getvalue()
