from typing import Any


def test_the_queue_position_counts_priority_before_arrival(deployed: Any) -> None:
    deployed.put_waiter("late-but-urgent", priority=0, arrival="2026-11-23T15:00:00.000Z")
    deployed.put_waiter("early", priority=2, arrival="2026-11-23T13:00:00.000Z")

    places = [deployed.wfm.requests.queue_position("acme", name) for name in ("late-but-urgent", "early", "absent")]

    assert places == [1, 2, None]
