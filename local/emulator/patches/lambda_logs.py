"""The log lines of an invocation are complete, and waiting for them costs nothing.

AWS: the log holds what the handler printed.
The package: after each invocation it polls for log lines, 50 ms if there are none, and may miss late ones.
Mended: the worker ends each invocation's output with a mark, and the package reads up to it. WFM needs it for
speed: 50 ms a call is most of a warm invocation.
"""

import queue
import time
from typing import Any

from local.emulator.patches.rewrite import module, replace_name, replace_text

MARK = "\x1eend of invocation\x1e"
LONGEST_WAIT = 0.25

ANSWERED = "        _real_stdout.flush()\n\nrun()\n"
MARKED = f"""\
        _real_stdout.flush()
        sys.stderr.write({MARK!r} + chr(10))
        sys.stderr.flush()

run()
"""


def apply() -> None:
    runtime = module("core.lambda_runtime")
    replace_text(runtime, "_PYTHON_WORKER_SCRIPT", (ANSWERED, MARKED))
    replace_name(runtime.Worker, "_drain_stderr_bounded", lambda _: drain_to_mark)


def drain_to_mark(worker: Any) -> str:
    """The lines up to the mark; a worker that died has left none, so the wait is bounded."""
    lines: list[str] = []
    deadline = time.monotonic() + LONGEST_WAIT
    while (left := deadline - time.monotonic()) > 0:
        try:
            line = worker._stderr_queue.get(timeout=left)  # noqa: SLF001
        except queue.Empty:
            break
        if line.endswith(MARK):
            lines.append(line.removesuffix(MARK))
            break
        lines.append(line)
    return "\n".join(filter(None, lines))
