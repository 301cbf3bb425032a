"""How a soak stands, in build/soak/progress.json, for whoever did not start it."""

import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from local.synthesis import REPOSITORY

PROGRESS: Final = REPOSITORY / "build" / "soak" / "progress.json"


class Progress:
    """Tells each step on standard output, and in a file if there is one; a crash is told too."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._began = time.monotonic()
        self._known: dict[str, Any] = {"pid": os.getpid(), "phase": "starting"}

    def __enter__(self) -> Self:
        self.tell()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self.tell(phase="crashed", verdict=f"CRASHED: {error!r}")

    def tell(self, **news: Any) -> None:
        """What is known by now; numbers and words that stay are not said again."""
        self._known |= news | {"seconds": round(time.monotonic() - self._began)}
        print(" ".join(f"{name}={value}" for name, value in self._known.items() if name != "met"), flush=True)
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            incoming = self._file.with_suffix(".new")
            incoming.write_text(json.dumps(self._known, indent=2) + "\n")
            incoming.rename(self._file)


def standing(file: Path = PROGRESS) -> str:
    """One fact a line; a soak that has died without a word is told as such."""
    if not file.is_file():
        return "No soak was started here."
    known: dict[str, Any] = json.loads(file.read_text())
    known |= {f"met: {name}": times for name, times in known.pop("met", {}).items()}
    if "verdict" not in known and not _runs(known["pid"]):
        known["verdict"] = "DIED"
    return "\n".join(f"{name}: {value}" for name, value in known.items())


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
