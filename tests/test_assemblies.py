"""An assembly is made once for the same sources, and anew for any others."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.assemblies import SynthesisFailed, synthesized

APP = """
import os, pathlib
made = pathlib.Path(os.environ["CDK_OUTDIR"])
made.mkdir()
(made / "manifest.json").write_text(pathlib.Path("cdk.json").read_text())
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name, text in {
        "app.py": APP,
        "cdk.json": "first",
        "functions/gate.py": "",
        "infra/stack.py": "",
        "requirements/lambda.txt": "",
        "requirements/dev.txt": "",
        "schemas/run.json": "{}",
        "state_machines/steps.py": "",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_same_sources_are_synthesized_once(repository: Path) -> None:
    first = synthesized("aws", repository / "kept", repository)
    (first / "mark").touch()

    again = synthesized("aws", repository / "kept", repository)

    assert (again, (again / "mark").exists(), (again / "manifest.json").read_text()) == (first, True, "first")


def test_each_platform_has_its_own(repository: Path) -> None:
    aws, local = (synthesized(platform, repository / "kept", repository) for platform in ("aws", "local"))

    assert aws != local


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "cdk.json").write_text("other"),
        lambda root: (root / "functions" / "gate.py").unlink(),
        lambda root: (root / "functions" / "gate.py").rename(root / "functions" / "line.py"),
        lambda root: (root / "requirements" / "dev.txt").write_text("aws-cdk-lib==3"),
    ],
)
def test_any_change_makes_another(repository: Path, change: Callable[[Path], object]) -> None:
    before = synthesized("aws", repository / "kept", repository)

    change(repository)
    after = synthesized("aws", repository / "kept", repository)

    assert after != before
    assert (after / "manifest.json").read_text() == (repository / "cdk.json").read_text()


def test_one_that_nobody_asked_for_any_more_goes(repository: Path) -> None:
    forgotten = repository / "kept" / "aws-of-other-sources"
    forgotten.mkdir(parents=True)
    os.utime(forgotten, (0, 0))

    synthesized("aws", repository / "kept", repository)

    assert not forgotten.exists()


def test_one_that_is_in_use_stays_however_long_its_tests_take(repository: Path) -> None:
    used = synthesized("aws", repository / "kept", repository)
    os.utime(used, (0, 0))
    (repository / "cdk.json").write_text("other")

    synthesized("aws", repository / "kept", repository)

    assert used.exists()


def test_what_was_changed_while_it_was_synthesized_is_synthesized_again(repository: Path) -> None:
    changing = "if pathlib.Path('cdk.json').read_text() == 'first': pathlib.Path('cdk.json').write_text('second')"
    (repository / "app.py").write_text(f"{APP}{changing}\n")

    assembly = synthesized("aws", repository / "kept", repository)

    assert (assembly / "manifest.json").read_text() == "second"
    assert len(list((repository / "kept").glob("aws-*"))) == 1


def test_a_synthesis_that_fails_tells_why_and_leaves_nothing(repository: Path) -> None:
    (repository / "app.py").write_text("import sys; sys.exit('wfm_parameters.team in cdk.json is 7')")

    with pytest.raises(SynthesisFailed, match=r"wfm_parameters\.team in cdk\.json is 7"):
        synthesized("aws", repository / "kept", repository)

    assert not [path for path in (repository / "kept").iterdir() if path.is_dir()]
