"""What WFM holds of a laptop while nothing happens."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.onboarding import onboard
from bench.processes import tree
from local.emulator.workers import workers
from local.runtime import BRISK, Runtime
from tests.e2e.emulator.account import eventually

MOST_BYTES: Final = 400e6
SERVERS: Final = 3  # the emulator, what workers are forked of, the AMC simulator
OF_THE_TICK: Final = 2  # ListDueTenants and TrackTenant are called each minute, and may be at work
ENDS_SOON: Final = replace(BRISK, worker_idle_seconds=1)


def test_when_all_is_done_the_workers_have_ended_and_less_than_400_mb_are_held(
    local_assembly: Path, tmp_path: Path
) -> None:
    with Runtime(local_assembly, root=tmp_path, settings=ENDS_SOON) as runtime:
        onboard(runtime, ["only"])

        eventually(lambda: len(workers(runtime.emulator.pid)) <= OF_THE_TICK)
        _, *owned = tree(os.getpid())

        assert len(owned) <= SERVERS + OF_THE_TICK
        assert sum(process.bytes for process in owned) < MOST_BYTES
