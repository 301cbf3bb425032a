import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.synthesis import current_assembly, is_current, written_alone
from wfm.errors import LocalRuntimeError


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """One source file of noon, and an assembly of one o'clock."""
    for name, at in (
        ("app.py", 1_000),
        ("wfm/errors.py", 1_000),
        ("build/out/manifest.json", 2_000),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        os.utime(path, (at, at))
    return tmp_path


def test_an_assembly_that_is_newer_than_its_sources_is_used_as_it_is(repository: Path) -> None:
    assert current_assembly(repository / "build/out", repository) == repository / "build/out"


@pytest.mark.parametrize("changed", ["wfm/errors.py", "app.py"])
def test_a_changed_source_makes_an_assembly_out_of_date(repository: Path, changed: str) -> None:
    os.utime(repository / changed, (3_000, 3_000))

    assert not is_current(repository / "build/out", repository)


def test_compiled_python_files_do_not(repository: Path) -> None:
    cached = repository / "wfm/__pycache__/errors.cpython-311.pyc"
    cached.parent.mkdir()
    cached.write_text("")

    assert is_current(repository / "build/out", repository)


def test_who_comes_while_another_synthesizes_waits_and_takes_what_that_one_has_written(repository: Path) -> None:
    (repository / "cdk.json").write_text('{"context": {"wfm_parameters": {}}}')
    (repository / "app.py").write_text("import sys; sys.exit('it was there already')")
    out = repository / "build/out"

    with ThreadPoolExecutor(2) as pool:
        with written_alone(out):
            waiting = [pool.submit(current_assembly, out, repository) for _ in range(2)]
            assert not any(each.done() for each in waiting)
            (out / "manifest.json").write_text("{}")

        assert [each.result() for each in waiting] == [out, out]


def test_a_synthesis_that_fails_is_reported_with_its_last_words(repository: Path) -> None:
    (repository / "cdk.json").write_text('{"context": {"wfm_parameters": {"team": 7}}}')
    (repository / "app.py").write_text("import sys; sys.exit('wfm_parameters.team in cdk.json is 7')")

    with pytest.raises(LocalRuntimeError, match=r"could not be synthesized: wfm_parameters\.team in cdk\.json is 7"):
        current_assembly(repository / "build/out", repository)
