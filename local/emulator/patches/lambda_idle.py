"""A worker ends when nobody has called it for a while.

AWS: an execution environment without work is ended after some minutes.
The package: keeps one worker of each function for good, so that an idle WFM holds thirty processes and 700 MB.
Mended: `ServerSettings.worker_idle_seconds` counts for all of them.
"""

import os

from local.emulator.patches.rewrite import module, replace_name, replace_source
from local.emulator.settings import WORKER_IDLE_SECONDS

KEPT = "if worker.in_use or idle < ttl or (i == 0 and not snapstart_version):\n"
ENDED = "if worker.in_use or idle < ttl:\n"
PAUSE = "time.sleep(30)\n"
SHARE = 5  # of the time, after which workers are looked at again


def apply() -> None:
    seconds = os.environ[WORKER_IDLE_SECONDS]
    runtime, service = module("core.lambda_runtime"), module("services.lambda_svc")
    replace_source(runtime, "reap_idle_workers", (KEPT, ENDED))
    replace_name(service, "reap_idle_workers", lambda _: lambda: runtime.reap_idle_workers(float(seconds)))
    replace_source(service, "_ensure_reaper_thread", (PAUSE, f"time.sleep({float(seconds) / SHARE})\n"))
