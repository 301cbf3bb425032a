"""The words on docs/polling.md are those of the command."""

from pathlib import Path

from wfm.client.results.results import AMBIGUOUS, AVAILABLE, NONE, PENDING

PAGE = (Path(__file__).parents[2] / "docs" / "polling.md").read_text("utf-8")


def test_every_state_of_a_result_is_explained() -> None:
    assert all(state in PAGE for state in (AVAILABLE, PENDING, AMBIGUOUS, NONE))
