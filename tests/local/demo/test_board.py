from rich.console import Console

from local.demo.board import CELL, Board
from local.demo.burst import spoilt_calls
from local.demo.scenario import FAULTS
from local.examples import TENANTS

ASKED = {tenant.customer_id: [f"{tenant.customer_id}-{number}" for number in range(3)] for tenant in TENANTS}
FIRST = TENANTS[0].customer_id


def board(**states: str) -> Board:
    return Board(TENANTS, ASKED, states={name.replace("_", "-"): state for name, state in states.items()})


def test_a_request_without_a_row_is_buffered() -> None:
    assert board().state(f"{FIRST}-0") == "BUFFERED"
    assert board().counts(FIRST) == "3 buffered"


def test_all_have_ended_only_when_the_last_one_has() -> None:
    ended = {request: "SUCCEEDED" for requests in ASKED.values() for request in requests}
    ended[f"{FIRST}-0"] = "REJECTED"

    assert Board(TENANTS, ASKED, states=ended).all_ended()
    assert not Board(TENANTS, ASKED, states=ended | {f"{FIRST}-1": "RUNNING"}).all_ended()


def test_the_picture_has_a_line_for_each_tenant_and_a_cell_for_each_request() -> None:
    shown = board(alder_audio_0="RUNNING")
    shown.in_amc[FIRST] = 1
    shown.faults_on, shown.faults_applied = True, 4
    console = Console(width=120)

    with console.capture() as captured:
        console.print(shown)

    heading, _, first, *others = captured.get().splitlines()
    assert "AMC's faults: on (4 calls spoilt so far)" in heading
    assert first.split()[:4] == [FIRST, "1", "of", "2"]
    assert first.count(CELL) == 3
    assert "2 buffered, 1 running" in first
    assert sum(line.count(CELL) for line in others[:2]) == 6


def test_a_log_has_the_same_in_words() -> None:
    shown = board(alder_audio_0="SUCCEEDED", alder_audio_1="WAITING")

    assert shown.as_lines()[0] == "alder-audio: 0 of 2 in AMC; 1 buffered, 1 waiting, 1 succeeded"


def test_what_the_faults_did_is_reported_by_kind() -> None:
    applied = {str(number): number for number in range(1, len(FAULTS) + 1)}

    assert spoilt_calls(applied).startswith("1 x dropped answer, 2 x POST answered 503, 3 x POST answered 429")
