from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from tests.wfm.report.invented import DAY, MONDAY, a_line, many_lines
from wfm.report.markup import element, text
from wfm.report.page import MOST_DRAWN, MOST_LISTED, report_page, timeline_page
from wfm.report.spans import KINDS, Line

HTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
MEGABYTE = 2**20
NASTY = "<script>alert('1')</script> & \"quotes\" \x00\x1b\ud800 ]]>"


def report(lines: list[Line]) -> str:
    return report_page(lines, MONDAY, MONDAY + 2 * DAY, MONDAY + 2 * DAY)


def parsed(page: str) -> ET.Element:
    return ET.fromstring(page)  # noqa: S314 (of our own making)


def words(document: ET.Element) -> str:
    return " ".join("".join(document.itertext()).split())


@pytest.mark.parametrize("page", [report_page, timeline_page])
def test_a_page_loads_nothing_and_runs_nothing(page: Callable[..., str]) -> None:
    document = parsed(page(list(many_lines(60)), MONDAY, MONDAY + 2 * DAY, MONDAY))

    assert not {f"{HTML}{name}" for name in ("script", "link", "img", "iframe")} & {
        each.tag for each in document.iter()
    }
    assert not [
        name for each in document.iter() for name in each.attrib if name in ("src", "href") or name.startswith("on")
    ]
    (policy,) = [each for each in document.iter(f"{HTML}meta") if each.get("http-equiv")]
    assert policy.get("content", "").startswith("default-src 'none'")


def test_names_and_reasons_are_text_whatever_they_hold() -> None:
    lines = [a_line(NASTY, customer_id=NASTY, workflow_id=NASTY, status="FAILED", source=NASTY, reason=NASTY)]

    document = parsed(report(lines))

    assert "<script>alert('1')</script>" in words(document)
    assert not list(document.iter(f"{HTML}script"))


def test_a_period_without_runs_says_so() -> None:
    document = parsed(report([]))

    assert "There are no runs in this period." in words(document)
    assert "0 runs" in words(document)


def test_every_picture_has_words_for_those_who_cannot_see_it() -> None:
    document = parsed(report(list(many_lines(60))))

    pictures = [each for each in document.iter(f"{SVG}svg") if each.get("aria-hidden") != "true"]
    assert len(pictures) >= 8
    for picture in pictures:
        assert picture.get("role") == "img"
        assert picture.findtext(f"{SVG}title")
        assert picture.findtext(f"{SVG}desc")


def test_every_table_names_its_columns_and_rows() -> None:
    document = parsed(report(list(many_lines(60))))

    for table in document.iter(f"{HTML}table"):
        assert table.findtext(f"{HTML}caption")
        assert {each.get("scope") for each in table.iter(f"{HTML}th")} == {"col", "row"}


def test_a_run_is_drawn_with_all_that_is_known_of_it() -> None:
    (line,) = many_lines(1)

    document = parsed(timeline_page([line], MONDAY, MONDAY + 2 * DAY, MONDAY))

    (title,) = [each.text or "" for each in document.iter(f"{SVG}title") if line.run_id in (each.text or "")]
    assert line.workflow_id in title
    assert all(kind in title for kind in (span.kind for span in line.spans))


def test_the_legend_names_every_part_and_every_outcome() -> None:
    reported = words(parsed(timeline_page([a_line()], MONDAY, MONDAY + DAY, MONDAY)))

    assert all(
        kind in reported for kind in (*KINDS, "started elsewhere", "SUCCEEDED", "FAILED", "REJECTED", "CANCELLED")
    )


def test_ten_thousand_runs_are_thinned_out_with_a_note() -> None:
    lines = list(many_lines(10_000))

    page = report(lines)

    document = parsed(page)
    assert len(page.encode()) < 5 * MEGABYTE
    assert f"{MOST_DRAWN} of 10000 runs are drawn" in words(document)
    assert "10000 runs:" in words(document)
    assert f"The newest {MOST_LISTED} of these runs as a table" in words(document)


def test_a_run_that_reaches_beyond_the_period_stays_within_the_picture() -> None:
    document = parsed(timeline_page([a_line()], MONDAY + 300, MONDAY + 301, MONDAY))

    for rect in document.iter(f"{SVG}rect"):
        assert float(rect.get("x", 0)) + float(rect.get("width", 0)) <= 1000


def test_markup_is_written_once_and_text_is_escaped() -> None:
    inner = element("b", "a < b")

    assert element("p", inner, " & ", text("c"), data_x='"') == '<p data-x="&#34;"><b>a &lt; b</b> &amp; c</p>'
