"""What WFM holds of a laptop while nothing happens."""

from dataclasses import replace
from pathlib import Path
from typing import Final

from bench.onboarding import onboard
from bench.processes import tree
from local.emulator.workers import workers
from local.runtime import BRISK, Runtime
from tests.e2e.emulator.account import eventually

MOST_BYTES: Final = 250e6  # of 400 MB, which the supervisor and the AMC simulator share
SERVERS: Final = 2  # the emulator, and what workers are forked of
OF_THE_TICK: Final = 2  # ListDueTenants and TrackTenant are called each minute, and may be at work
ENDS_SOON: Final = replace(BRISK, worker_idle_seconds=1)


def test_when_all_is_done_the_workers_have_ended_and_little_memory_is_held(
    local_assembly: Path, tmp_path: Path
) -> None:
    with Runtime(local_assembly, root=tmp_path, settings=ENDS_SOON) as runtime:
        onboard(runtime, ["only"])

        eventually(lambda: len(workers(runtime.emulator.pid)) <= OF_THE_TICK)
        owned = list(tree(runtime.emulator.pid))

        assert len(owned) <= SERVERS + OF_THE_TICK
        assert sum(process.bytes for process in owned) < MOST_BYTES
