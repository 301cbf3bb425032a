"""What a cold start costs: the size of the code's archive, the CPU time of importing each handler, and its memory.

`python -m bench.cold_start [HANDLER ...]` prints a table; medians of five fresh processes on this machine. As in
Lambda, nothing is written to the code's folder; with `--without-bytecode` there is none in it, and each process
compiles what it imports. With all handlers of a run, it adds up what a run costs of which each Lambda starts cold.
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
import json, resource, sys, time
sys.path.insert(0, sys.argv[1])
began = time.process_time()
if sys.argv[2] in ("botocore.session", "boto3"):
    __import__(sys.argv[2])
else:
    __import__("functions.handlers." + sys.argv[2])
took = time.process_time() - began
if sys.argv[2] in ("botocore.session", "boto3"):
    from boto3 import Session as session
else:
    from functions.runtime.sdk import sdk_session as session
session().resource("dynamodb", "us-east-1")
both = time.process_time() - began
print(json.dumps([took * 1000, both * 1000, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""
SDK = ("botocore.session", "boto3")  # what is not ours of it
RUN = (
    "start_execution", "prepare_execution", "wait_for_slot", "submit_execution", "wait_for_outcome", "release_slot",
    "announce_execution", "list_due_tenants", "track_tenant",
)  # fmt: skip
GB_SECONDS = 1769 / 1024  # for a second of a processor, whatever the size: a vCPU comes with 1,769 MB


def cold_start(asset: Path, handler: str) -> tuple[float, ...]:
    """CPU milliseconds to the imported handler, those to its client of DynamoDB, and the most megabytes held by then.

    From an empty interpreter. The SDK's own bytecode is there in any case.
    """
    command = [sys.executable, "-B", "-c", CODE, str(asset), handler]
    with tempfile.TemporaryDirectory() as elsewhere:
        outputs = [
            subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=True).stdout  # noqa: S603
            for _ in range(RUNS)
        ]
    return tuple(statistics.median(figures) for figures in zip(*map(json.loads, outputs), strict=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("handlers", nargs="*", metavar="HANDLER")
    parser.add_argument("--without-bytecode", action="store_true")
    arguments = parser.parse_args()
    with staged_asset("local") as asset:
        if arguments.without_bytecode:
            for folder in list(asset.rglob("__pycache__")):
                shutil.rmtree(folder)
        print(f"archive: {len(zipped(asset)) / 1e6:.2f} MB, all handlers in one")
        there = sorted(path.stem for path in (asset / "functions" / "handlers").glob("[a-z]*.py"))
        handlers = arguments.handlers or there
        found = {name: cold_start(asset, name) for name in (*SDK, *handlers)}
        for name, (imported, ready, held) in found.items():
            print(f"{name:24} {imported:5.0f} ms {ready:5.0f} ms {held:5.0f} MB")
        took, both, most = zip(*(found[name] for name in handlers), strict=True)
        if set(RUN) <= set(handlers):
            run = sum(found[name][1] for name in RUN)
            print(f"a run, each Lambda cold: {run:.0f} ms, {run * GB_SECONDS / 1000:.1f} GB-seconds")
        middle = f"{statistics.median(took):.0f} and {statistics.median(both):.0f} ms"
        print(f"these {len(handlers)}: {middle} in the middle, {max(most):.0f} MB at most")


if __name__ == "__main__":
    main()
