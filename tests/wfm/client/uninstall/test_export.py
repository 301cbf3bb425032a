"""The history as files: each row of each table that may be kept, to the last field."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from tests.wfm.deployed import Deployed
from wfm.client.uninstall import parquet
from wfm.errors import UsageError
from wfm.store.schema import HISTORY, TABLES


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_row_is_a_line_and_no_token_leaves_the_account(deployed: Deployed, tmp_path: Path) -> None:
    deployed.put_tenant("acme", untold={"b", "a"})
    for number in range(3):
        deployed.put_request(f"r{number}", "SUCCEEDED", attempts=number)
    deployed.table("AccessTokens").put_item(Item={"authId": "default", "accessToken": "secret"})
    deployed.put_gate("acme", {"r1"})

    done = list(deployed.wfm.export.write(tmp_path / "kept"))

    assert {one.table: one.rows for one in done} == {table.name: 0 for table in HISTORY} | {
        "Tenants": 1,
        "ExecutionRequests": 3,
    }
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {f"{table.name}.jsonl" for table in HISTORY}
    assert {table.name for table in TABLES} - {table.name for table in HISTORY} == {"Gate", "AccessTokens"}
    (tenant,) = lines_of(tmp_path / "kept" / "Tenants.jsonl")
    assert (tenant["customerId"], tenant["untold"]) == ("acme", ["a", "b"])
    requests = lines_of(tmp_path / "kept" / "ExecutionRequests.jsonl")
    assert sorted(row["attempts"] for row in requests) == [0, 1, 2]


def test_an_export_that_was_killed_is_replaced_by_the_next(deployed: Deployed, tmp_path: Path) -> None:
    deployed.put_request("r1")
    (tmp_path / "ExecutionRequests.unfinished").write_text('{"half')
    (tmp_path / "ExecutionRequests.jsonl").write_text("{}\n" * 9)

    list(deployed.wfm.export.write(tmp_path))

    assert [row["requestId"] for row in lines_of(tmp_path / "ExecutionRequests.jsonl")] == ["r1"]
    assert not list(tmp_path.glob("*.unfinished"))


def test_parquet_has_the_same_rows_with_columns_of_their_kinds(deployed: Deployed, tmp_path: Path) -> None:
    deployed.put_request("r1", attempts=1, queueWait=Decimal("2.5"), isDryRun=True, request={"é": [1]})
    deployed.put_request("r2", attempts=2, queueWait=3, note="text")
    deployed.put_request("r3", attempts=3, note=["of", "another kind"])

    list(deployed.wfm.export.write(tmp_path, parquet=True))

    table = pyarrow.parquet.read_table(tmp_path / "ExecutionRequests.parquet")
    kinds = {field.name: str(field.type) for field in table.schema}
    rows = {row["requestId"]: row for row in table.to_pylist()}
    wanted = {"attempts": "int64", "queueWait": "double", "isDryRun": "bool", "note": "string", "request": "string"}
    assert {name: kinds[name] for name in wanted} == wanted
    assert [rows[name]["attempts"] for name in ("r1", "r2", "r3")] == [1, 2, 3]
    assert json.loads(rows["r1"]["request"]) == {"é": [1]}
    assert [json.loads(rows[name]["note"]) for name in ("r2", "r3")] == ["text", ["of", "another kind"]]
    assert rows["r1"]["note"] is None


def test_more_rows_than_are_written_at_once_are_all_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "ROWS_AT_ONCE", 2)
    (tmp_path / "t.jsonl").write_text("".join(f'{{"n": {number}}}\n' for number in range(5)))

    parquet.write_parquet(tmp_path / "t.jsonl", tmp_path / "t.parquet")

    assert pyarrow.parquet.read_table(tmp_path / "t.parquet")["n"].to_pylist() == [0, 1, 2, 3, 4]


def test_an_empty_table_is_an_empty_file(deployed: Deployed, tmp_path: Path) -> None:
    list(deployed.wfm.export.write(tmp_path, parquet=True))

    assert pyarrow.parquet.read_table(tmp_path / "Executions.parquet").num_rows == 0


def test_without_pyarrow_nothing_is_read(deployed: Deployed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "find_spec", lambda _: None)

    with pytest.raises(
        UsageError, match=r"--parquet: pyarrow is missing; allowed: after `pip install 'wfm\[export\]'`"
    ):
        list(deployed.wfm.export.write(tmp_path / "kept", parquet=True))

    assert not (tmp_path / "kept").exists()


def test_a_folder_that_cannot_be_written_is_named(deployed: Deployed, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(UsageError, match=r"--export: '.*file' cannot be written"):
        list(deployed.wfm.export.write(tmp_path / "file"))
