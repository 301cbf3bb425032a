"""Commands that need the repository, which the wheel is without."""

from collections.abc import Iterator
from contextlib import contextmanager

from wfm.errors import LocalRuntimeError


@contextmanager
def local_runtime() -> Iterator[None]:
    """Around the import of the package `local`; LocalRuntimeError where it is not."""
    try:
        yield
    except ImportError as exc:
        raise LocalRuntimeError(
            f"the local runtime is not installed ({exc}): use the wfm that WFM's Makefile installs"
        ) from exc
