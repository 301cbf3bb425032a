"""The wait before a retry obeys `MaxDelaySeconds` and `JitterStrategy`.

AWS: interval times rate to the power of the attempts made, at most `MaxDelaySeconds`; with `JitterStrategy`
FULL a random share of that.
The package: neither; a fixed cap of 60 seconds. WFM's tasks retry with full jitter and a cap.
"""

import random
from typing import Any

from local.emulator.patches.rewrite import module, replace_source


def apply() -> None:
    replace_source(
        module("services.stepfunctions"),
        "_execute_task",
        ("_scaled_sleep(min(sleep_sec, 60))\n", "_scaled_sleep(_retry_delay(retrier, sleep_sec))\n"),
        _retry_delay=retry_delay,
    )


def retry_delay(retrier: dict[str, Any], backoff_seconds: float) -> float:
    longest = min(backoff_seconds, retrier.get("MaxDelaySeconds", backoff_seconds))
    if retrier.get("JitterStrategy") == "FULL":
        return random.uniform(0, longest)  # noqa: S311 - spreads load, hides nothing
    return float(longest)
