import os
from dataclasses import replace
from pathlib import Path

import pytest

from wfm.client.connection import Connection, connect
from wfm.client.local_state import DIRECTORY, LocalState, held_lock, read_state
from wfm.errors import UnreachableError

STATE = LocalState(
    "http://127.0.0.1:4566", "http://127.0.0.1:8000", "us-east-1", "wfm-a-b", os.getpid(), "2026-11-23T14:00:00+00:00"
)
LOCAL = ("http://127.0.0.1:4566", "us-east-1", "wfm-a-b", True)


def where(connection: Connection) -> tuple[str | None, str | None, str | None, bool]:
    return connection.endpoint_url, connection.region, connection.stack, connection.is_local


@pytest.fixture
def runtime(tmp_path: Path) -> Path:
    """The directory of a runtime that is up below `tmp_path`."""
    directory = tmp_path / DIRECTORY
    STATE.write(directory)
    return directory


def test_a_runtime_that_is_up_is_found_from_a_directory_below(runtime: Path, tmp_path: Path) -> None:
    below = tmp_path / "docs" / "images"

    with held_lock(runtime):
        connection = connect({}, below)

    assert where(connection) == LOCAL
    assert "local runtime at http://127.0.0.1:4566" in connection.note


def test_what_a_crashed_runtime_left_behind_is_not_taken_for_a_runtime(runtime: Path, tmp_path: Path) -> None:
    assert connect({}, tmp_path) == Connection()


def test_the_state_of_a_crashed_runtime_is_not_taken_for_the_one_that_is_starting(runtime: Path) -> None:
    replace(STATE, supervisor=STATE.supervisor + 1).write(runtime)

    with held_lock(runtime):
        assert read_state(runtime) is None


def test_half_a_state_file_is_no_runtime(runtime: Path) -> None:
    (runtime / "state.json").write_text('{"endpoint": "http')

    with held_lock(runtime):
        assert read_state(runtime) is None


@pytest.mark.parametrize("setting", ["AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID"])
def test_any_aws_setting_leads_to_aws_and_says_how_to_reach_the_runtime(
    runtime: Path, tmp_path: Path, setting: str
) -> None:
    with held_lock(runtime):
        connection = connect({setting: "x"}, tmp_path)

    assert not connection.is_local
    assert f"{setting} is set" in connection.note
    assert f"WFM_LOCAL={runtime}" in connection.note


@pytest.mark.parametrize("name", ["", "state.json"])
def test_wfm_local_names_the_runtime_and_beats_aws_settings(runtime: Path, name: str) -> None:
    with held_lock(runtime):
        connection = connect({"WFM_LOCAL": str(runtime / name), "AWS_REGION": "eu-west-1"}, Path("/"))

    assert where(connection) == LOCAL


def test_wfm_local_without_a_runtime_is_an_error(runtime: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreachableError, match="WFM_LOCAL: no local runtime is up"):
        connect({"WFM_LOCAL": str(runtime)}, tmp_path)


def test_what_the_caller_gives_comes_first(runtime: Path, tmp_path: Path) -> None:
    given = Connection(profile="production")

    with held_lock(runtime):
        assert connect({"WFM_LOCAL": str(runtime)}, tmp_path, given) is given


def test_the_lock_is_free_again_when_its_holder_is_gone(tmp_path: Path) -> None:
    with held_lock(tmp_path) as first, held_lock(tmp_path) as second:
        assert first is not None
        assert second is None

    with held_lock(tmp_path) as third:
        assert third is not None
