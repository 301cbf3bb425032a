"""A simulator whose state outlives its process: one object, that is only replaced by who has seen it last.

Several Lambda environments may answer at once, and each may be new or hours old. So each call reads the state, is
carried out, and writes the state again on the condition that nobody wrote it meanwhile; else all of it is done again.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from botocore.exceptions import ClientError

from local.amc_simulator.simulator import Simulator

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

T = TypeVar("T")
MAX_ATTEMPTS: Final = 50
_CHANGED_MEANWHILE: Final = ("PreconditionFailed", "ConditionalRequestConflict")


class ChangedMeanwhile(Exception):
    """Somebody else has written since this was read."""


@dataclass(frozen=True)
class Saved:
    """`version` None: nothing was written yet."""

    content: bytes | None = None
    version: str | None = None


class StateStore(Protocol):
    """One object with versions."""

    def read(self) -> Saved:
        """What is there."""

    def write(self, content: bytes, version: str | None) -> None:
        """Replace what was read as `version`; ChangedMeanwhile if that is not there any more."""


class S3StateStore:
    """An object of S3, by its conditional writes."""

    def __init__(self, client: "S3Client", bucket: str, key: str) -> None:
        self._client = client
        self._bucket, self._key = bucket, key

    def read(self) -> Saved:
        """The object and its ETag."""
        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._key)
        except self._client.exceptions.NoSuchKey:
            return Saved()
        return Saved(found["Body"].read(), found["ETag"])

    def write(self, content: bytes, version: str | None) -> None:
        """Put the object on a condition."""
        try:
            if version is None:
                self._client.put_object(Bucket=self._bucket, Key=self._key, Body=content, IfNoneMatch="*")
            else:
                self._client.put_object(Bucket=self._bucket, Key=self._key, Body=content, IfMatch=version)
        except ClientError as exc:
            if exc.response["Error"]["Code"] in _CHANGED_MEANWHILE:
                raise ChangedMeanwhile from exc
            raise


class SavedSimulator:
    """Carries out calls on the saved state, each as if it were alone."""

    def __init__(self, simulator: Simulator, store: StateStore, pause: Callable[[int], None]) -> None:
        """`pause` waits after an attempt, of which it gets the number, so that not all try again at once."""
        self._simulator = simulator
        self._store = store
        self._pause = pause

    def carry_out(self, call: Callable[[Simulator], tuple[T, bool]]) -> T:
        """What `call` answers; it also says whether the state is to be kept. ChangedMeanwhile if it never could be."""
        for attempt in range(MAX_ATTEMPTS):
            saved = self._store.read()
            self._restore(saved)
            answer, is_kept = call(self._simulator)
            try:
                if is_kept and (content := pickle.dumps(self._simulator.state())) != saved.content:
                    self._store.write(content, saved.version)
            except ChangedMeanwhile:
                self._pause(attempt)
                continue
            return answer
        raise ChangedMeanwhile(f"the state was written by others {MAX_ATTEMPTS} times")

    def _restore(self, saved: Saved) -> None:
        if saved.content is None:
            self._simulator.reset()
        else:
            # Only this Lambda's role may write the object.
            self._simulator.restore(pickle.loads(saved.content))  # noqa: S301
