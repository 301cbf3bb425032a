"""A burst of invocations queues for a few workers instead of starting one process each.

AWS: each concurrent invocation has its own environment, up to the account's concurrency; nothing queues.
The package: the same, one Python process per concurrent invocation; a hundred take 3 GB and minutes.
Mended: at most WFM_EMULATOR_WORKERS_PER_FUNCTION processes per function; further calls wait.
The time-out of an invocation starts when it gets its worker. A function that synchronously invokes itself
would wait for its own worker; WFM has none.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from local.emulator.patches.rewrite import module, replace_name
from local.emulator.settings import WORKERS_PER_FUNCTION

LONGEST_NAP = 60.0  # who waits hears of a release; a nap ends for whom the word was lost

_freed: defaultdict[str, threading.Condition] = defaultdict(threading.Condition)


def apply() -> None:
    limit = int(os.environ.get(WORKERS_PER_FUNCTION, "4"))
    service = module("services.lambda_svc")
    replace_name(service, "acquire_worker", lambda original: bounded(original, limit))
    replace_name(service, "release_worker", announcing)


def bounded(acquire: Callable[..., Any], limit: int) -> Callable[..., Any]:
    """`acquire` answers (None, "func_cap") at the limit; wait for a worker to come free and ask again."""

    def acquire_or_wait(func_name: str, config: dict[str, Any], code_zip: bytes, **options: Any) -> Any:
        options["max_concurrency"] = limit
        freed = _freed[func_name]
        with freed:
            while True:
                worker, reason = acquire(func_name, config, code_zip, **options)
                if worker is not None:
                    return worker, reason
                freed.wait(timeout=LONGEST_NAP)

    return acquire_or_wait


def announcing(release: Callable[[Any], None]) -> Callable[[Any], None]:
    """After a release one waiting caller tries again; the package releases `None` for a lost worker."""

    def release_and_announce(worker: Any) -> None:
        release(worker)
        names = list(_freed) if worker is None else [worker.func_name]
        for name in names:
            with _freed[name]:
                _freed[name].notify()

    return release_and_announce
