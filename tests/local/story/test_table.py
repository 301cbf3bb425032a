from pathlib import Path

import duckdb
import pytest

from local.story.table import one
from tests.local.story import files


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_week_is_what_most_lines_are_about(folder: Path) -> None:
    files.write(folder)

    with duckdb.connect(files.load(folder)) as database:
        assert one(database, "SELECT count(*), count(DISTINCT tenant), sum(reach) FROM week") == (3, 2, 600)
        assert one(database, "SELECT count(*) FROM client_report") == (4,)


def test_a_week_is_known_as_it_was_read_at_first_and_in_the_end(folder: Path) -> None:
    files.write(folder)

    with duckdb.connect(files.load(folder)) as database:
        found = database.execute("FROM settling ORDER BY tenant").fetchall()

    assert found == [("alder-audio", 1500, 1700, 300), ("birch-bakeware", 900, 1000, 300)]


@pytest.mark.parametrize(("told", "silent"), [(("r1", "r2", "r3", "r4"), 0), (("r1", "r4"), 2), ((), 4)])
def test_runs_that_succeeded_without_a_word_are_found(folder: Path, told: tuple[str, ...], silent: int) -> None:
    files.write(folder, told)

    with duckdb.connect(files.load(folder)) as database:
        assert one(database, "SELECT count(*) FROM silent") == (silent,)


def test_a_database_that_is_there_is_made_anew(folder: Path) -> None:
    files.write(folder)

    files.load(folder)
    with duckdb.connect(files.load(folder)) as database:
        assert one(database, "SELECT count(*) FROM runs") == (5,)
