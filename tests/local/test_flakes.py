"""The rounds of `make flakes` run as pytest takes them."""

import pytest

from bench import flakes
from bench.flakes import Round, reds_of

ONE = "tests/unit/model/test_poll_policy.py"


def test_a_round_shuffles_the_tests_and_comes_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin that is switched off by default makes pytest refuse the round, which then says so."""
    monkeypatch.setattr(flakes, "LEFT_OUT", ())

    assert reds_of(Round("2028-02-29T00:00:00Z", "Pacific/Kiritimati", {}, 1), "-n", "0", ONE) == []
