"""What a cold start costs: the size of the code's archive, and the CPU time that importing each handler takes.

`python -m bench.cold_start` prints a table; medians of five fresh processes on this machine. As in Lambda, nothing is
written to the code's folder; with `--without-bytecode` there is none in it, and each process compiles what it imports.
"""

import argparse
import json
import shutil
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
    """CPU seconds from an empty interpreter to the imported handler. The SDK's own bytecode is there in any case."""
    command = [sys.executable, "-B", "-c", CODE, str(asset), handler]
    with tempfile.TemporaryDirectory() as elsewhere:
        outputs = [
            subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=True).stdout  # noqa: S603
            for _ in range(RUNS)
        ]
    return statistics.median(float(json.loads(output)) for output in outputs)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--without-bytecode", action="store_true")
    arguments = parser.parse_args()
    with staged_asset("local") as asset:
        if arguments.without_bytecode:
            for folder in list(asset.rglob("__pycache__")):
                shutil.rmtree(folder)
        print(f"archive: {len(zipped(asset)) / 1e6:.2f} MB, all handlers in one")
        for path in sorted((asset / "functions" / "handlers").glob("[a-z]*.py")):
            print(f"{path.stem:24} {1000 * import_seconds(asset, path.stem):5.0f} ms")


if __name__ == "__main__":
    main()
