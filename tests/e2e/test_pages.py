"""The pages' commands, typed as they stand into one session after `wfm local up`, print what the pages say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.session import ROOT, File, Typed, says, steps, typed
from tests.docs.typed_pages import ENDS, GOOD, SESSION, is_typed
from tests.e2e.deployment import PATIENCE
from tests.e2e.emulator.account import eventually

pytestmark = pytest.mark.timeout(1800)  # some minutes where nothing else runs; the first test waits for the runtime

# What only looks, or finds nothing to do, is tried until the change before it has taken effect.
PATIENT = (
    "wfm executions list", "wfm executions cancel", "wfm executions failed", "wfm executions show", "wfm tenants list",
    "wfm results get --backfill b1",
    "wfm tenants show", "wfm library show", "wfm schedules list", "wfm status", "wfm local amc start",
    "wfm run geo_performance --tenants tag:emea", "wfm run reach_and_frequency --tenants tag:emea",
)  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def folder(runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the files of the pages are, with the repository's library beside them, and who types has a home."""
    folder = tmp_path_factory.mktemp("pages")
    (folder / "library").symlink_to(ROOT / "library")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WFM_LOCAL", str(runtime))
        patch.setenv("XDG_CONFIG_HOME", str(folder / "config"))
        patch.setenv("COLUMNS", "150")
        patch.chdir(folder)
        yield folder


@pytest.mark.parametrize("page", SESSION)
def test_a_page_can_be_typed_as_it_stands(page: str, folder: Path) -> None:
    for step in steps((ROOT / page).read_text(encoding="utf-8")):
        if isinstance(step, File):
            (folder / step.name).parent.mkdir(parents=True, exist_ok=True)
            (folder / step.name).write_text(step.text, encoding="utf-8")
        elif is_typed(page, step):
            check(step)


def check(step: Typed) -> None:
    """Type it; AssertionError with what it printed instead."""
    answers: list[tuple[int, str]] = []

    def goes_as_shown() -> bool:
        answers.append(typed(step.line))
        code, printed = answers[-1]
        return code in ENDS.get(step.command, GOOD) and (step.shown is None or says(printed, step.shown))

    if step.command.startswith(PATIENT):
        eventually(goes_as_shown, PATIENCE)
    else:
        goes_as_shown()
    code, printed = answers[-1]
    assert code in ENDS.get(step.command, GOOD), f"{step.command}: {printed}"
    assert step.shown is None or says(printed, step.shown), f"{step.command}:\n{printed}"
