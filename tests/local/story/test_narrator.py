import pytest

from local.story.narrator import BrokenStory, shown
from tests.local.story.telling import HOLDS, IS_FALSE, narrator
from wfm.errors import ExitCode

PUSH = "wfm library push reports --yes"


def test_a_chapter_keeps_what_was_told_typed_and_claimed_in_its_order() -> None:
    tell, printed = narrator()

    tell.chapter("Twelve [clients]")
    tell.say("They come.")
    typed = tell.type(PUSH)
    tell.claim("all are there", holds=True, found=12)

    [chapter] = tell.chapters
    assert (chapter.title, chapter.parts) == ("Twelve [clients]", ["They come.", typed])
    assert [(claim.words, claim.found) for claim in tell.claims()] == [("all are there", "12")]
    assert [line.strip() for line in printed.getvalue().splitlines() if line.strip()] == [
        f"1. Twelve [clients] {'─' * 80}",
        "They come.",
        f"$ {PUSH}",
        "holds  all are there (12)",
    ]


def test_a_command_that_ends_as_it_should_not_breaks_the_story() -> None:
    tell, _ = narrator({PUSH: 2})
    tell.chapter("The library")

    assert tell.type(PUSH, ends=ExitCode.USAGE).code == 2
    with pytest.raises(BrokenStory, match="ended with 2, not with 0"):
        tell.type(PUSH)


def test_what_is_not_so_is_shown_as_such() -> None:
    assert "holds" in shown(HOLDS)
    assert "FALSE" in shown(IS_FALSE)
