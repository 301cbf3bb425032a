import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from wfm.client.connection import Connection, connect
from wfm.client.contexts import Context, Contexts, read_contexts
from wfm.client.local_state import DIRECTORY, SUPERVISOR_LOG, LocalState, held_lock, read_state
from wfm.errors import UnreachableError, UsageError

STATE = LocalState(
    "http://127.0.0.1:1", "http://127.0.0.1:8000", "us-east-1", "wfm-a-b", os.getpid(), "2026-11-23T14:00:00+00:00"
)
PRODUCTION = Context(profile="agency", region="eu-west-1", team="media", dataset="amc")


def where(connection: Connection) -> tuple[str | None, str | None, str | None, bool]:
    return connection.endpoint_url, connection.region, connection.stack, connection.is_local


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Where somebody listens, as an emulator does."""
    with socket.create_server(("127.0.0.1", 0)) as emulator:
        yield f"http://127.0.0.1:{emulator.getsockname()[1]}"


@pytest.fixture
def runtime(tmp_path: Path, endpoint: str) -> Path:
    """The directory of a runtime that is up below `tmp_path`."""
    directory = tmp_path / DIRECTORY
    replace(STATE, endpoint=endpoint).write(directory)
    return directory


@pytest.fixture
def local(endpoint: str) -> tuple[str | None, str | None, str | None, bool]:
    """Where a connection to that runtime leads."""
    return endpoint, "us-east-1", "wfm-a-b", True


def test_a_runtime_that_is_up_is_found_from_a_directory_below(
    runtime: Path, tmp_path: Path, local: tuple[object, ...], endpoint: str
) -> None:
    below = tmp_path / "docs" / "images"

    with held_lock(runtime):
        connection = connect({}, below)

    assert where(connection) == local
    assert f"local runtime at {endpoint}" in connection.note


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
def test_wfm_local_names_the_runtime_and_beats_aws_settings(
    runtime: Path, name: str, local: tuple[object, ...]
) -> None:
    with held_lock(runtime):
        connection = connect({"WFM_LOCAL": str(runtime / name), "AWS_REGION": "eu-west-1"}, Path("/"))

    assert where(connection) == local


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


@pytest.fixture
def mine(tmp_path: Path) -> Mapping[str, str]:
    """The environment of somebody with the contexts `production`, in use, `staging`, and `local`."""
    environment = {"XDG_CONFIG_HOME": str(tmp_path / "config")}
    contexts = read_contexts(environment).adding("production", PRODUCTION).using("production")
    contexts.adding("staging", Context(region="us-west-2")).with_runtime(tmp_path / DIRECTORY).save()
    return environment


def test_the_context_in_use_goes_before_a_runtime_that_is_up_here(
    mine: Mapping[str, str], runtime: Path, tmp_path: Path
) -> None:
    with held_lock(runtime):
        connection = connect(mine, tmp_path)

    assert connection == Connection("agency", "eu-west-1", context="production", team="media", dataset="amc")


@pytest.mark.parametrize("named", [({}, "staging"), ({"WFM_CONTEXT": "staging"}, None)])
def test_a_context_that_is_named_goes_before_the_one_in_use(
    mine: Mapping[str, str], named: tuple[dict[str, str], str | None], tmp_path: Path
) -> None:
    variables, option = named

    assert connect({**mine, **variables}, tmp_path, None, option) == Connection(region="us-west-2", context="staging")


def test_an_option_beside_a_context_stands_in_place_of_what_that_says(mine: Mapping[str, str], tmp_path: Path) -> None:
    connection = connect(mine, tmp_path, Connection(region="ap-south-1"))

    assert (connection.profile, connection.region, connection.context) == ("agency", "ap-south-1", "production")


def test_the_local_context_is_found_from_any_folder(
    mine: Mapping[str, str], runtime: Path, local: tuple[object, ...]
) -> None:
    with held_lock(runtime):
        connection = connect({**mine, "AWS_PROFILE": "x"}, Path("/"), None, "local")

    assert (where(connection), connection.context) == (local, "local")


def test_the_local_context_is_left_for_no_other_when_its_runtime_is_down(
    mine: Mapping[str, str], runtime: Path, tmp_path: Path
) -> None:
    read_contexts(mine).using("local").save()
    (runtime / SUPERVISOR_LOG).write_text("starting\nthe emulator ended by itself\n")

    with pytest.raises(UnreachableError) as refused:
        connect({**mine, "AWS_PROFILE": "x"}, tmp_path)

    assert str(refused.value) == (
        f"context local: no local runtime is up in {runtime} (the emulator ended by itself); try `wfm local up`,"
        " or another context (`wfm context list`)"
    )


def test_a_killed_emulator_is_named(tmp_path: Path) -> None:
    directory = tmp_path / DIRECTORY
    STATE.write(directory)

    with held_lock(directory), pytest.raises(UnreachableError) as refused:
        connect({}, tmp_path)

    assert f"the emulator of the local runtime in {directory} has ended" in str(refused.value)
    assert f"its log is {directory}/emulator.log" in str(refused.value)


def test_nobody_is_led_to_the_default_profile_who_has_contexts_and_uses_none(
    mine: Mapping[str, str], tmp_path: Path
) -> None:
    read_contexts(mine).without("production").save()

    with pytest.raises(UsageError, match=r"no context is in use; allowed: .*, of staging, local"):
        connect(mine, tmp_path)


@pytest.mark.parametrize(
    ("variables", "option", "given", "sentence"),
    [
        ({}, "prod", Connection(), "--context: there is no context 'prod'; there are local, production, staging"),
        ({"WFM_CONTEXT": "p"}, None, Connection(), "WFM_CONTEXT: there is no context 'p'; there are local, production"),
        ({"WFM_TEAM": "other"}, None, Connection(), "WFM_TEAM: it is 'other', and the team of context production is"),
        ({"AWS_ENDPOINT_URL": "http://x"}, None, Connection(), "AWS_ENDPOINT_URL: it is 'http://x', and context"),
        ({}, "local", Connection(profile="x"), "--context: context local is on this machine, without a profile"),
    ],
)
def test_what_contradicts_a_context_is_refused(
    mine: Mapping[str, str], variables: dict[str, str], option: str | None, given: Connection, sentence: str
) -> None:
    with pytest.raises(UsageError) as refused:
        connect({**mine, **variables}, Path("/"), given, option)

    assert str(refused.value).startswith(sentence)


def test_settings_that_a_context_overrules_are_noted(mine: Mapping[str, str], tmp_path: Path) -> None:
    same = connect({**mine, "AWS_PROFILE": "agency", "AWS_REGION": "eu-west-1"}, tmp_path)
    other = connect({**mine, "AWS_PROFILE": "agency", "AWS_REGION": "eu-west-2", "AWS_ACCESS_KEY_ID": "k"}, tmp_path)

    assert same.note == ""
    assert other.note == "context production is taken, and AWS_ACCESS_KEY_ID, AWS_REGION of the environment is not"


@pytest.mark.parametrize("text", ["{", "[]", '{"contexts": []}', '{"contexts": {"a": {"regoin": "x"}}}'])
def test_a_file_without_contexts_in_it_is_refused_and_not_taken_for_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "wfm").mkdir()
    (tmp_path / "wfm" / "contexts.json").write_text(text)

    with pytest.raises(UsageError, match=r"contexts\.json holds no contexts"):
        connect({"XDG_CONFIG_HOME": str(tmp_path)}, tmp_path)


def test_contexts_are_kept_as_they_were_saved(mine: Mapping[str, str], tmp_path: Path) -> None:
    contexts = read_contexts(mine)

    assert contexts == Contexts(
        tmp_path / "config" / "wfm" / "contexts.json",
        "production",
        {
            "production": PRODUCTION,
            "staging": Context(region="us-west-2"),
            "local": Context(local=str(tmp_path / DIRECTORY)),
        },
    )
