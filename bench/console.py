"""What Fleet and Runs of the console take with 100 tenants and 10,000 runs, and what a thousand loads leave behind.

`python -m bench.console [LOADS]` prints a table. The console reads the emulator's tables over HTTP, in a deployment
whose streams wake nothing. Seconds are those of the server's part with its database, and depend on what else the
machine does.
"""

import gc
import resource
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.onboarding import onboard
from local.runtime import Runtime, forget_aws_settings
from local.synthesis import current_assembly
from tests.wfm.console.browser import Browser
from wfm.calendar.timestamps import iso

TENANTS: Final = 100
RUNS: Final = 10_000
LOADS: Final = 1000
SECONDS_BETWEEN: Final = 17  # so that the runs are of the last two days
PATHS: Final = ("/fleet", "/runs")


def disconnect(runtime: Runtime) -> None:
    """What the tables get from here on wakes no Lambda."""
    functions = runtime.emulator.client("lambda")
    for mapping in functions.list_event_source_mappings()["EventSourceMappings"]:
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)


def put_runs(runtime: Runtime, names: Sequence[str]) -> None:
    """Requests that have ended, a twentieth of them FAILED, of one tenant after another."""
    now = datetime.now(UTC)
    table = runtime.emulator.session().resource("dynamodb").Table(runtime.outputs["ExecutionRequestsTable"])
    with table.batch_writer() as rows:
        for number in range(RUNS):
            asked = iso(now - timedelta(seconds=SECONDS_BETWEEN * (RUNS - number)))
            row = {"customerId": names[number % len(names)], "requestId": f"r{number}", "workflowId": "reach"}
            status = "FAILED" if number % 20 == 0 else "SUCCEEDED"
            rows.put_item(Item=row | {"status": status, "source": "wfm run", "requestedAt": asked, "endedAt": asked})


def load(browser: Browser, path: str) -> tuple[float, float]:
    """Seconds until the whole page is there, and this process's seconds of a processor."""
    began, used = time.perf_counter(), time.process_time()
    browser.open(path)
    return time.perf_counter() - began, time.process_time() - used


def kept() -> tuple[int, float]:
    """How many objects are kept, and the most megabytes that this process ever had."""
    gc.collect()
    return len(gc.get_objects()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Print the table."""
    loads = int(sys.argv[1]) if len(sys.argv) > 1 else LOADS
    forget_aws_settings()
    names = [f"tenant-{number:03}" for number in range(TENANTS)]
    with Runtime(current_assembly(), name="console") as runtime:
        onboard(runtime, names)
        disconnect(runtime)
        put_runs(runtime, names)
        browser = Browser(runtime.wfm())
        took: dict[str, list[tuple[float, float]]] = {path: [] for path in PATHS}
        marks = []
        for quarter in range(5):  # the first fills what is kept on purpose
            for path in PATHS:
                took[path] += [load(browser, path) for _ in range(loads // 4 // len(PATHS) if quarter else 20)]
            marks.append(kept())
    print("| page | seconds: median, 95th percentile | processor seconds: median |\n|---|---|---|")
    for path, times in took.items():
        walls, used = ([one[column] for one in times] for column in (0, 1))
        print(
            f"| {path} | {statistics.median(walls):.2f}, {statistics.quantiles(walls, n=20)[-1]:.2f}"
            f" | {statistics.median(used):.2f} |"
        )
    print(f"\nAfter the first loads and each quarter of {loads}, objects and megabytes at most:")
    print("; ".join(f"{count:,} and {size:.0f}" for count, size in marks))


if __name__ == "__main__":
    main()
