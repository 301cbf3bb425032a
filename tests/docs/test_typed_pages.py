"""Every command in a block of a page is executed by some test, or has its reason why not."""

import pytest

from tests.docs.session import masked, says
from tests.docs.typed_pages import ENDS, NOT_TYPED, TESTED_ALONE, all_steps, is_typed

STEPS = list(all_steps())


def test_every_fenced_command_is_executed_or_has_its_reason() -> None:
    forgotten = [
        (page, step.command)
        for page, step in STEPS
        if not is_typed(page, step)
        and step.command not in NOT_TYPED
        and not (step.shown is not None and page in TESTED_ALONE)
    ]

    assert len(STEPS) > 120
    assert forgotten == []


def test_what_is_excused_is_on_a_page() -> None:
    shown = {step.command for _, step in STEPS}

    assert {*NOT_TYPED, *ENDS} - shown == set()


@pytest.mark.parametrize("page", sorted(TESTED_ALONE))
def test_a_page_that_is_tested_alone_shows_what_is_printed(page: str) -> None:
    assert [step for at, step in STEPS if at == page and step.shown is not None]


def test_what_is_another_one_each_time_is_not_compared() -> None:
    shown = "request r1\n 0.1 s  QUEUED\n 2.0 s  SUCCEEDED\n\nA   2026-11-30 10:00:00  24 lines\n"

    assert says("request r1\n 0.3 s  WAITING\n 9.0 s  SUCCEEDED\n\nA  2027-01-01 00:00:00  1 lines\nB  more\n", shown)
    assert not says("request r1\n 0.3 s  WAITING\n 9.0 s  FAILED\n\nA  2027-01-01 00:00:00  1 lines\n", shown)
    assert not says("request r1\n 9.0 s  SUCCEEDED\n", shown)
    assert masked("BUFFERED 7.0 s, SUCCEEDED 40 s") == masked("BUFFERED 1 s, QUEUED 1 min 2 s")
