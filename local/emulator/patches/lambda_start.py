"""A worker starts as a copy of a process that has imported what all workers of the same code need.

AWS: execution environments start on machines of their own, and out of sight.
The package: starts a fresh interpreter for each, which imports the AWS SDK and reads its descriptions anew: most of a
second of a processor, a hundred times over until all of WFM's functions are warm.
Mended: from the third worker of an archive on, they are forked of one process per archive; each is a process of its
own all the same, and a child of the emulator. Linux only, since only there orphans can be adopted; functions with
layers start as before, for what a layer brings must not have been imported already.
"""

import ctypes
import subprocess
import sys
import threading
from collections import Counter
from typing import Any

from local.emulator.forked import ForkedWorker, ForkServer
from local.emulator.patches.rewrite import module, replace_source

ADOPT_ORPHANS = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)
FRESH = 2  # workers that start as they always did: few archives ever need more

OPENED = "    self._proc = subprocess.Popen(\n        [binary, worker_path],\n"
FORKED = "    self._proc = _worker_process(\n        [binary, worker_path], module_name, \n"

_servers: dict[tuple[str, str], ForkServer] = {}
_started: Counter[str] = Counter()
_lock = threading.Lock()


def apply() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)
        runtime = module("core.lambda_runtime")
        replace_source(runtime.Worker, "_spawn", (OPENED, FORKED), _worker_process=worker_process)


def worker_process(
    command: list[str], handler_module: str, *, cwd: str, env: dict[str, str], **options: Any
) -> "ForkedWorker | subprocess.Popen[str]":
    """`command` is the interpreter and the worker's script, `cwd` the folder of the unpacked archive."""
    interpreter, script = command
    with _lock:
        _started[cwd] += 1
        is_common = _started[cwd] > FRESH
    if interpreter != sys.executable or not is_common or "_LAMBDA_LAYERS_DIRS" in env:
        return subprocess.Popen(command, cwd=cwd, env=env, **options)
    key = (cwd, handler_module.partition(".")[0])
    with _lock:
        server = _servers.setdefault(key, ForkServer(*key))
    return server.start_worker(script, cwd, env)
