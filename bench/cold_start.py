"""What a cold start costs: the size of the code's archive, and the CPU time that importing each handler takes.

`python -m bench.cold_start` prints a table; medians of five fresh processes on this machine.
"""

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.asset import staged_asset
from local.emulator.assembly import zipped

RUNS = 5
CODE = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
__import__("functions.handlers." + sys.argv[2])
print(json.dumps(time.process_time() - began))
"""


def import_seconds(asset: Path, handler: str) -> float:
    """CPU seconds from an empty interpreter to the imported handler; compiled modules are there, as in a warm image."""
    command = [sys.executable, "-c", CODE, str(asset), handler]
    with tempfile.TemporaryDirectory() as elsewhere:
        outputs = [
            subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=True).stdout  # noqa: S603
            for _ in range(RUNS + 1)  # the first one compiles
        ]
    return statistics.median(float(json.loads(output)) for output in outputs[1:])


def main() -> None:
    """Print the table."""
    with staged_asset("local") as asset:
        print(f"archive: {len(zipped(asset)) / 1e6:.2f} MB, all handlers in one")
        for path in sorted((asset / "functions" / "handlers").glob("[a-z]*.py")):
            print(f"{path.stem:24} {1000 * import_seconds(asset, path.stem):5.0f} ms")


if __name__ == "__main__":
    main()
