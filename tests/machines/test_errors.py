"""Error names are shared by the handlers and the definitions: one file has them all."""

import importlib
import pkgutil
from collections.abc import Iterator

import pytest

import functions
from wfm import errors
from wfm.errors import ClientError, PermanentError, TransientError, WfmError


def _kinds(root: type[WfmError]) -> Iterator[type[WfmError]]:
    for kind in root.__subclasses__():
        yield kind
        yield from _kinds(kind)


@pytest.fixture(scope="module")
def everything_imported() -> None:
    for module in pkgutil.walk_packages(functions.__path__, "functions."):
        importlib.import_module(module.name)


def test_every_error_stands_in_the_one_file(everything_imported: None) -> None:
    """A definition would know of an error from elsewhere only if that module happened to be imported.

    Those of the local runtime reach no definition: no Lambda has `local`.
    """
    elsewhere = [kind for kind in _kinds(WfmError) if kind.__module__ != errors.__name__]

    assert [kind.__qualname__ for kind in elsewhere if not kind.__module__.startswith(("tests.", "local."))] == []


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = [line.replace("|", " ").replace("+--", "").split()[0] for line in _tree()]

    assert drawn == ["WfmError", *(kind.__name__ for kind in _kinds(WfmError) if kind.__module__ == errors.__name__)]


def _tree() -> list[str]:
    return [line for line in (errors.__doc__ or "").splitlines() if line.startswith(("WfmError", "|", "+", " "))]


def test_an_error_of_a_lambda_is_either_permanent_or_transient() -> None:
    for kind in _kinds(WfmError):
        if not issubclass(kind, ClientError):
            assert issubclass(kind, PermanentError) is not issubclass(kind, TransientError)
