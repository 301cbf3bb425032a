"""What files say of `after` is checked together, and each problem has its file and line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.wfm.library_world import write
from wfm.client.workflow_files.folder import Folder, read_folder
from wfm.client.workflow_files.links import circle_problems, parent_problems
from wfm.errors import InvalidFilesError
from wfm.model.chain_links import read_links

NOW = datetime(2026, 11, 23, 14, 20, tzinfo=UTC)


def a_folder(folder: Path, **after: str) -> Path:
    for name, text in after.items():
        write(folder, name, settings=f"description: x\n{text}\n")
    return folder


def read(folder: Path) -> Folder:
    return read_folder(folder, NOW)


def problems(folder: Path) -> list[str]:
    with pytest.raises(InvalidFilesError) as refused:
        read(folder)
    return [problem.replace(f"{folder}/", "") for problem in refused.value.problems]


def test_a_file_may_say_what_its_workflow_runs_after(tmp_path: Path) -> None:
    folder = read(
        a_folder(tmp_path, reach="", overlap="after: {workflow: reach, on: SUCCEEDED, window: same, delay: 0}")
    )

    (link,) = folder.links
    assert (link.workflow_id, link.link.parent_ids, link.place) == ("overlap", ("reach",), f"{tmp_path}/overlap.yaml:2")


@pytest.mark.parametrize(
    ("after", "problem"),
    [
        pytest.param("after: reach", "overlap.yaml:2: after: 'reach' is wrong; allowed: an object", id="text"),
        pytest.param("after:\n  workflw: reach", "overlap.yaml:3: after.workflw: is no field of it", id="slip"),
        pytest.param("after:\n  workflow: reach\n  delay: 7m", "overlap.yaml:4: after.delay: '7m' is no", id="delay"),
        pytest.param("after:\n  all:\n    - 3", "overlap.yaml:4: after.all[0]: 3 is no workflow", id="of several"),
        pytest.param("after: {workflow: reach, window: own}", "overlap.yaml:2: after.window: is own, and", id="own"),
        pytest.param("after: {workflow: overlap}", "overlap.yaml:2: after: overlap would run after", id="itself"),
    ],
)
def test_a_slip_is_named_with_its_line(tmp_path: Path, after: str, problem: str) -> None:
    found = problems(a_folder(tmp_path, overlap=after))

    assert any(one.startswith(problem) for one in found), found


def test_a_circle_is_named_at_each_of_its_files(tmp_path: Path) -> None:
    found = problems(
        a_folder(tmp_path, a="after: {workflow: c}", b="after: {workflow: a}", c="after: {any: [b, x]}", x="")
    )

    text = "after: goes in a circle: a -> b -> c -> a; allowed: workflows that do not run after"
    assert found == [f"{name}.yaml:2: {text} {name}" for name in "abc"]


def test_a_circle_through_the_library_is_named_at_the_file(tmp_path: Path) -> None:
    folder = read(a_folder(tmp_path, a="after: {workflow: b}"))

    (found,) = circle_problems(folder.links, read_links({"b": {"workflow": "a"}}))

    assert found.startswith(f"{tmp_path}/a.yaml:2: after: goes in a circle: a -> b -> a; allowed: ")


def test_a_parent_that_is_nowhere_is_named_and_asked_for_once(tmp_path: Path) -> None:
    folder = read(a_folder(tmp_path, a="after: {all: [reech, own]}", b="after: {workflow: reech}"))
    asked: list[str] = []

    def is_some_tenants(name: str) -> bool:
        asked.append(name)
        return name == "own"

    found = list(parent_problems(folder.links, ["a", "b", "reach"], is_some_tenants))

    text = "after: neither the library nor a tenant has a workflow 'reech'; did you mean reach?"
    assert found == [f"{tmp_path}/{name}.yaml:2: {text}" for name in "ab"]
    assert asked == ["own", "reech"]


def test_a_schedule_that_would_cancel_what_others_wait_for_is_refused(tmp_path: Path) -> None:
    hourly = "schedule:\n  every: hourly :15\n  overlap: {}"
    window = "defaultPayload: {timeWindowName: yesterday}"
    bad = a_folder(tmp_path, reach=f"{window}\n{hourly.format('replace')}", overlap="after: {workflow: reach}")

    assert problems(bad) == [
        "reach.yaml:5: schedule.overlap: 'replace' would cancel runs that overlap runs after; allowed: queue or skip"
    ]
    assert read(a_folder(tmp_path, reach=f"{window}\n{hourly.format('skip')}")).links[0].workflow_id == "overlap"
