"""The tests at another time: `WFM_TEST_CLOCK=2028-02-29T00:00:00Z pytest ...` starts each of them at that moment."""

from datetime import datetime
from typing import Final

import time_machine

VARIABLE: Final = "WFM_TEST_CLOCK"


class Travel:
    """Time stands while modules are imported and ticks in each test; other processes stay in the present."""

    def __init__(self, moment: str) -> None:
        self._moment = datetime.fromisoformat(moment)
        self._clock = time_machine.travel(self._moment, tick=False).start()

    def begin_test(self) -> None:
        """Back at the moment, whatever the time of the tests before."""
        self._clock.move_to(self._moment, tick=True)
