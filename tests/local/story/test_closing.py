import json
from pathlib import Path

import pytest
from rich.console import Console

from local.story import closing
from local.story.picture import PICTURE, Bar, draw
from tests.local.story import files
from tests.local.story.telling import HOLDS, IS_FALSE, chapters


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[closing.Number]:
    monkeypatch.chdir(tmp_path)
    files.write(tmp_path)
    return closing.numbers(files.load(tmp_path))


def test_the_numbers_are_those_of_the_tables(found: list[closing.Number]) -> None:
    shown = {number.words: number.shown for number in found}

    assert shown == {
        "clients": "2",
        "runs": "5",
        "of them succeeded": "4",
        "of them started in AMC, past WFM": "1",
        "of them a week read again after 14 days": "1",
        "events": "6",
        "of them a run foretold to be late": "0",
        "of them a run that was late": "1",
        "of them a result delivered": "1",
        "lines of the week's report": "3",
        "people reached": "600",
        "sales of hero products, as first read": "2,400",
        "sales of hero products, 14 days later": "2,700",
        "seconds from asking to the outcome, median": "15",
    }


def test_the_summary_counts_the_claims_that_hold() -> None:
    console = Console(width=80)

    with console.capture() as captured:
        console.print(closing.summary([closing.Number("runs", 1234.5)], [HOLDS, IS_FALSE]))

    assert captured.get().split()[:2] == ["1,234.5", "runs"]
    assert "1 of 2  claims hold" in captured.get()


def test_what_is_not_so_is_why_the_story_fails() -> None:
    assert closing.false([HOLDS, IS_FALSE]) == ["It is not so: all clients are ACTIVE (11 are)."]


def test_the_page_has_every_chapter_and_loads_nothing(found: list[closing.Number], tmp_path: Path) -> None:
    draw(tmp_path / PICTURE, [Bar("alder-audio", 300, 1500, 1700)])

    closing.save(tmp_path, found, chapters())

    page = (tmp_path / closing.PAGE).read_text(encoding="utf-8")
    assert "1. One &amp; only" in page
    assert "$ wfm library push reports --yes" in page
    assert "error: &lt;no&gt;" in page
    assert "1 do not hold." in page
    assert "src=" not in page.replace('src="data:image/png;base64,', "")
    document = json.loads((tmp_path / closing.FOUND).read_text())
    assert document["numbers"]["people reached"] == 600
    assert [claim["holds"] for claim in document["claims"]] == [True, False]
