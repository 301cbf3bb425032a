from rich.console import Console

from local.story.chain_board import ChainBoard
from local.story.library import WORKFLOWS
from wfm.client.chains.status import ChainStatus, ChainStep

ENDED = frozenset({"SUCCEEDED", "FAILED"})


def chain(*statuses: str) -> ChainStatus:
    steps = [ChainStep(name, (), status) for name, status in zip(WORKFLOWS, statuses, strict=False)]
    return ChainStatus("alder-audio", "c1", {}, "", tuple(steps))


def test_what_is_not_known_yet_waits() -> None:
    board = ChainBoard(WORKFLOWS)
    board.take("alder-audio", None)
    board.take("birch-bakeware", chain("SUCCEEDED", "RUNNING"))

    assert board.states == {
        "alder-audio": ["WAITING"] * 3,
        "birch-bakeware": ["SUCCEEDED", "RUNNING", "WAITING"],
    }
    assert board.as_line() == "1 running, 1 succeeded, 4 waiting"


def test_all_have_ended_only_when_the_last_one_has() -> None:
    board = ChainBoard(WORKFLOWS)
    assert not board.has_ended(ENDED)

    board.take("alder-audio", chain("SUCCEEDED", "SUCCEEDED", "RUNNING"))
    assert not board.has_ended(ENDED)

    board.take("alder-audio", chain("SUCCEEDED", "SUCCEEDED", "FAILED"))
    assert board.has_ended(ENDED)


def test_the_picture_has_a_line_for_each_client_and_a_cell_for_each_workflow() -> None:
    board, console = ChainBoard(WORKFLOWS), Console(width=120)
    board.take("alder-audio", chain("SUCCEEDED", "RUNNING"))

    with console.capture() as captured:
        console.print(board)

    heading, line = captured.get().splitlines()
    assert heading.split() == ["client", *WORKFLOWS]
    assert line.split() == ["alder-audio", "■", "succeeded", "■", "running", "■", "waiting"]
