"""What AWS or the way to it causes becomes an error of WFM's tree, so that scripts need to know no other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from types import FunctionType
from typing import TypeVar

from wfm.client.aws import explain
from wfm.errors import UnreachableError

Namespace = TypeVar("Namespace")


def in_words(namespace: type[Namespace]) -> type[Namespace]:
    """The class, whose public methods raise UnreachableError where boto3 raises an error of its own."""
    for name, member in [*vars(namespace).items()]:
        if isinstance(member, FunctionType) and not name.startswith("_"):
            setattr(namespace, name, _translated(member))
    return namespace


def _translated(call: Callable[..., object]) -> Callable[..., object]:
    @wraps(call)
    def translated(*arguments: object, **options: object) -> object:
        with _in_words():
            found = call(*arguments, **options)
        return _each(found) if isinstance(found, Iterator) else found

    return translated


def _each(steps: Iterator[object]) -> Iterator[object]:
    with _in_words():
        yield from steps


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except Exception as problem:
        sentence = explain(problem)
        if sentence is None:
            raise
        raise UnreachableError(sentence) from problem
