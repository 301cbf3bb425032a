"""How unreliable the emulated AWS is: one object, one file in the emulator's folder, and a count of what was met.

    NASTY.write(emulator.folder)                # from now on
    met(emulator.folder)["ends lost"]           # how often
    Unreliability().write(emulator.folder)      # reliable again

Each kind of trouble is a patch of its own (`patches/`), which says what AWS documents. What is drawn comes from `seed`:
the nth draw of a kind is the same each time, whichever call it falls on.
"""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FILE: Final = "unreliability.json"
MET: Final = "troubles_met.txt"  # a line for each


@dataclass(frozen=True)
class Unreliability:
    """Zeros change nothing. Shares and probabilities are from 0 to 1; times are seconds of the wall's clock.

    `lost_ends`: of ends of executions that are not announced. `repeated_batches`: of batches of a stream that come
    twice. `stream_lag`: the most by which one shard of a stream is behind another. `throttled_calls`: of calls of
    DynamoDB, Step Functions and SQS refused whatever their rate. `quota_scale`: multiplies the documented rates of
    these services; 0 is no limit. `queue_linger`: how long a deleted queue lingers (AWS: up to 60).
    `mapping_transition`: how long an event source mapping takes to change. `index_lag`, `execution_lag`: the most by
    which an index, and DescribeExecution and ListExecutions, are behind. `cold_starts`: of invocations in a new worker.
    """

    seed: int = 1
    lost_ends: float = 0.0
    repeated_batches: float = 0.0
    stream_lag: float = 0.0
    throttled_calls: float = 0.0
    quota_scale: float = 0.0
    queue_linger: float = 0.0
    mapping_transition: float = 0.0
    index_lag: float = 0.0
    execution_lag: float = 0.0
    cold_starts: float = 0.0

    def write(self, folder: Path) -> None:
        """Make the emulator of that folder as unreliable as this from now on."""
        incoming = folder / f".{FILE}"
        incoming.write_text(json.dumps(vars(self)))
        incoming.rename(folder / FILE)


def read(folder: Path) -> Unreliability:
    """What was written last; all zeros if nothing was."""
    file = folder / FILE
    return Unreliability(**json.loads(file.read_text())) if file.exists() else Unreliability()


def met(folder: Path) -> Counter[str]:
    """How often each kind of trouble was met since the emulator's start."""
    file = folder / MET
    return Counter(file.read_text().splitlines() if file.exists() else ())
