from local.demo.measures import AmcRun, Outcome
from local.demo.timeline import axis, bar, drawn, line_of, lines_of
from wfm.report.spans import QUEUE, RECORD, RUN, SLOT, SUBMIT, Span

SENT = 1_000.0
REACHED = {"QUEUED": 1_001.0, "WAITING": 1_002.0, "SUBMITTING": 1_010.0, "RUNNING": 1_011.0, "ENDED": 1_022.0}


def outcome(request_id: str = "r1", **reached: float) -> Outcome:
    return Outcome("acme", request_id, "SUCCEEDED", "e1", 1, reached or REACHED)


def run(execution_id: str = "e1", *, is_external: bool = False) -> AmcRun:
    return AmcRun(execution_id, "acme", "reach", is_external, "SUCCEEDED", 1_011.0, 1_020.0)


def test_the_time_of_a_request_is_split_where_its_state_changed() -> None:
    assert line_of(outcome(), SENT, run()).spans == [
        Span(QUEUE, 1_000, 1_002),
        Span(SLOT, 1_002, 1_010),
        Span(SUBMIT, 1_010, 1_011),
        Span(RUN, 1_011, 1_020),
        Span(RECORD, 1_020, 1_022),
    ]


def test_a_request_that_never_got_to_amc_shows_only_its_waits() -> None:
    found = line_of(outcome(WAITING=1_002.0, ENDED=1_005.0), SENT, None)

    assert found.spans == [Span(QUEUE, 1_000, 1_002), Span(SLOT, 1_002, 1_005)]


def test_a_bar_is_as_long_as_its_time_and_its_parts_begin_in_their_cells() -> None:
    text = bar(line_of(outcome(), SENT, run()), SENT, scale=2)

    assert text.plain == "····" + "░" * 16 + "▒▒" + "█" * 18 + "▓▓▓▓"


def test_no_bar_is_longer_than_the_picture_is_wide() -> None:
    lines = lines_of([outcome()], [run(), run("x", is_external=True)], SENT)

    bars = drawn(lines, SENT, width=40)

    assert [label for label, _ in bars] == ["r1", "elsewhere", ""]
    assert max(len(text) for _, text in bars[:-1]) == 40


def test_the_axis_has_its_marks_where_the_bars_have_them() -> None:
    plain = axis(30, scale=1).plain

    assert [plain.index(f"|{second} s") for second in (0, 10, 20, 30)] == [0, 10, 20, 30]
