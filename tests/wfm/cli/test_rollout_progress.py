import io

from rich.console import Console

from wfm.cli.rollout_progress import RolloutProgress, counts
from wfm.client.library.rollouts import RolloutStatus


def drawn(*statuses: RolloutStatus) -> list[str]:
    console = Console(file=io.StringIO(), width=120, force_terminal=True, color_system=None)
    console.print(RolloutProgress(list(statuses)))
    return str(getattr(console.file, "getvalue")()).splitlines()  # noqa: B009


def test_each_rollout_is_a_line_with_a_bar_as_long_as_it_is_far() -> None:
    half, whole = drawn(
        RolloutStatus(
            "reach", 2, "ROLLING", "", tenants=1000, done=500, synced=490, pending=8, failed=(("acme", "no"),) * 2
        ),
        RolloutStatus("geo", 1, "DONE", tenants=0),
    )

    assert half.split()[:2] == ["reach", "ROLLING"]
    assert half.endswith("500 of 1000 tenants, 490 in AMC, 8 to come, 2 failed")
    assert 10 <= half.count("━") + half.count("╸") <= 24
    assert whole.count("━") == 24


def test_what_stood_in_the_way_is_reported() -> None:
    status = RolloutStatus("reach", 2, "DONE", "left as it is: workflow reach of acme", tenants=1, done=1)

    assert counts(status) == "1 of 1 tenants, 0 in AMC (left as it is: workflow reach of acme)"


def test_a_removal_counts_down() -> None:
    assert counts(RolloutStatus("reach", 0, "ROLLING", pending=3)) == "to be taken from 3 more"
    assert counts(RolloutStatus("reach", 0, "DONE")) == "gone"
