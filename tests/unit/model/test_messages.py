from wfm.model.messages import LONGEST_PAUSE, pause_after


def test_pauses_double_up_to_a_quarter_of_an_hour() -> None:
    assert [pause_after(tries) for tries in (1, 2, 3, 4, 5, 6, 100)] == [30, 60, 120, 240, 480, 900, LONGEST_PAUSE]
