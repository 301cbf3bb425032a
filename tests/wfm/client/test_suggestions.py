import pytest

from wfm.client.suggestions import suggest


@pytest.mark.parametrize(
    ("wanted", "known", "hint"),
    [
        ("acme-tos", ["zebra", "acme-toys"], "did you mean acme-toys?"),
        ("REACH", ["Reach"], "did you mean Reach?"),
        ("path_1", ["path_2", "path_3", "geo"], "did you mean path_3 or path_2?"),
        ("other", [], "there are none yet"),
        ("other", ["acme"], "there is only acme"),
        ("nothing", ["b", "a"], "there are a, b"),
        ("nothing", list("gfedcba"), "there are a, b, c, d, e and 2 more"),
    ],
)
def test_what_may_be_meant_or_else_what_there_is(wanted: str, known: list[str], hint: str) -> None:
    assert suggest(wanted, known) == hint
