"""How many runs the agent of one session may ask for."""

from threading import Lock

from wfm.errors import UsageError


class Budget:
    """`most` runs. One that is asked for again under its id is counted once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._asked: dict[str, int] = {}
        self._lock = Lock()

    @property
    def left(self) -> int:
        """How many more."""
        return self._most - sum(self._asked.values())

    def take(self, key: str, runs: int = 1) -> None:
        """UsageError if they are more than are left; then nothing is taken."""
        with self._lock:
            if key in self._asked:
                return
            if runs > self.left:
                raise UsageError(
                    f"runs: {runs} more would be over what this session may ask for; allowed: {self.left} of"
                    f" {self._most} are left, and whoever started `wfm mcp` can give more with --most-runs"
                )
            self._asked[key] = runs

    def give_back(self, key: str) -> None:
        """What was taken for something that was then refused."""
        with self._lock:
            self._asked.pop(key, None)
