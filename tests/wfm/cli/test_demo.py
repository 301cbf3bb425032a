"""What `wfm demo` says before it begins."""

import pytest

from tests.wfm.commands import Run
from wfm.cli.installed import require_extra
from wfm.errors import LocalRuntimeError


def test_a_story_that_lacks_a_library_says_what_to_install() -> None:
    require_extra("examples", "json", "rich")

    with pytest.raises(LocalRuntimeError) as refused:
        require_extra("examples", "json", "no_such_library")

    assert (
        str(refused.value) == "no_such_library is not installed; allowed: `make setup`, or pip install 'wfm[examples]'"
    )


def test_a_story_that_nobody_knows_is_refused(command: Run) -> None:
    ended = command("demo", "--story", "romance")

    assert ended.code == 2
    assert "'romance' is not" in ended.err
    assert "agency" in ended.err
