"""A share of invocations, `Unreliability.cold_starts`, meets a new execution environment.

AWS: Lambda ends environments whenever it likes; the next invocation starts a new one, which imports the code anew and
has none of what an earlier one kept in memory (Lambda guide, "Understanding the execution environment lifecycle").
The package: keeps its workers warm.
"""

# ruff: noqa: SLF001

import threading
from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name
from local.emulator.troubles import count, up_to, wanted

COLD: Final = "cold starts"


def apply() -> None:
    replace_name(module("services.lambda_svc"), "acquire_worker", retiring)


def retiring(acquire: Callable[..., Any]) -> Callable[..., Any]:
    """Ends an idle worker of the function before one is asked for, if there is one."""

    def retire_and_acquire(function: str, config: Any, code: bytes, qualifier: str = "$LATEST", **options: Any) -> Any:
        if up_to(COLD, 1) < wanted().cold_starts and (idle := _take_idle(function, config, qualifier)):
            count(COLD)
            threading.Thread(target=module("core.lambda_runtime").kill_workers, args=([idle],), daemon=True).start()
        return acquire(function, config, code, qualifier=qualifier, **options)

    return retire_and_acquire


def _take_idle(function: str, config: Any, qualifier: str) -> Any:
    runtime = module("core.lambda_runtime")
    key = runtime._worker_key(function, config, qualifier)
    with runtime._lock:
        workers = runtime._workers.get(key, [])
        idle = next((worker for worker in workers if not worker.in_use), None)
        if idle is not None:
            workers.remove(idle)
        return idle
