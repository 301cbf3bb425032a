"""The asset of the Lambda that delivers results: what it has of pyarrow is enough, and little enough."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import copytree
from typing import Final

import pytest

from infra.asset import DELIVERY_LOCK, LOCK, ROOT, copy_pyarrow, staged_asset, staged_delivery
from tests.infra.test_asset import PINNED

UNPACKED_LIMIT: Final = 250 << 20  # bytes of a function's code (Lambda's developer guide, "Quotas")
DELIVERS: Final = """
import io, sys
sys.path.insert(0, sys.argv[1])
from datetime import UTC, datetime
from functions.delivery.parquet_file import summary_in, write_parquet
from functions.delivery.result_rows import CsvPart
from wfm.model.csv_rows import CsvFormat
from wfm.model.result_columns import read_columns
from wfm.model.result_deliveries import DeliveryOrder, ResultWindow
types = ("STRING", "BOOLEAN", "LONG", "DOUBLE", "DECIMAL", "DATE", "TIMESTAMP")
columns = read_columns([{"name": kind.lower(), "dataType": kind} for kind in types])
content = b"string,boolean,long,double,decimal,date,timestamp\\na,true,1,2.5,3.5,2026-11-23,2026-11-23T00:00:00.000\\n"
now = datetime.now(UTC)
order, file = DeliveryOrder("acme", "reach", "run-1", now, ResultWindow(now, now)), io.BytesIO()
summary = write_parquet(CsvPart(1, iter([content]), CsvFormat()).batches(columns), columns, order, file)
assert summary_in(file.getvalue()) == summary
print(summary.rows, sys.modules["pyarrow"].__file__)
"""


@pytest.fixture(scope="module")
def asset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As it is deployed, but for this machine's processor."""
    spec = find_spec("pyarrow")
    assert spec is not None
    assert spec.origin is not None
    directory = tmp_path_factory.mktemp("asset")
    with staged_delivery("local") as staged:
        copytree(staged, directory, dirs_exist_ok=True)
    copy_pyarrow(Path(spec.origin).parent.parent, directory)
    return directory


def test_what_is_left_of_pyarrow_delivers(asset: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-B", "-c", DELIVERS, str(asset)], capture_output=True, text=True, check=False
    )

    assert done.stderr == ""
    assert done.stdout.split() == ["1", str(asset / "pyarrow" / "__init__.py")]


def test_it_leaves_half_of_what_lambda_unpacks(asset: Path) -> None:
    assert sum(path.stat().st_size for path in asset.rglob("*") if path.is_file()) < UNPACKED_LIMIT / 2


def test_no_other_lambda_carries_pyarrow() -> None:
    with staged_asset("local") as staged:
        assert not (staged / "pyarrow").exists()
    assert "pyarrow" not in LOCK.read_text()


def test_it_runs_the_versions_that_the_tests_run() -> None:
    tested, shared, deployed = (
        dict(PINNED.findall(lock.read_text())) for lock in (ROOT / "requirements" / "dev.txt", LOCK, DELIVERY_LOCK)
    )

    assert deployed.items() <= tested.items()
    assert deployed.keys() - shared.keys() == {"pyarrow"}
    assert " ; " not in DELIVERY_LOCK.read_text()
