"""Commands that need the repository, which the wheel is without."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec

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


def require_extra(extra: str, *modules: str) -> None:
    """LocalRuntimeError for the first module that is missing; the extra brings all of them."""
    for module in modules:
        if find_spec(module) is None:
            raise LocalRuntimeError(f"{module} is not installed; allowed: `make setup`, or pip install 'wfm[{extra}]'")
