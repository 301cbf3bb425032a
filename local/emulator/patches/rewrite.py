"""Replaces exact passages of the package's source, at run time.

Most defects sit in the middle of long private functions. Naming the exact lines that change keeps each patch
as small as its defect, and a release that touches those lines is refused at start instead of misbehaving.
"""

import importlib
import inspect
import linecache
import textwrap
from collections.abc import Callable
from typing import Any


class PatchError(Exception):
    """The package is not as the patch expects: it was upgraded, so check the patch."""


def module(name: str) -> Any:
    return importlib.import_module(f"ministack.{name}")


def replace_name(owner: Any, name: str, build: Callable[[Any], Any]) -> None:
    """Put `build(original)` in the place of `owner.name`."""
    if not hasattr(owner, name):
        raise PatchError(f"{_title(owner)} has no {name} any more.")
    setattr(owner, name, build(getattr(owner, name)))


def replace_constant(owner: Any, name: str, expected: object, value: object) -> None:
    if getattr(owner, name, None) != expected:
        raise PatchError(f"{_title(owner)}.{name} is not {expected!r} any more.")
    setattr(owner, name, value)


def replace_text(owner: Any, name: str, *passages: tuple[str, str]) -> None:
    """Replace passages of a string constant, for example of the script that a Lambda worker runs."""
    setattr(
        owner,
        name,
        _replaced(getattr(owner, name, ""), f"{_title(owner)}.{name}", passages),
    )


def replace_source(owner: Any, name: str, *passages: tuple[str, str], **names: object) -> None:
    """Replace passages of a function (of a module or a class); `names` are what the new text refers to.

    Passages are dedented as the function is, and each must occur exactly once.
    """
    function = getattr(owner, name, None)
    if not inspect.isfunction(function):
        raise PatchError(f"{_title(owner)} has no function {name} any more.")
    title = f"{_title(owner)}.{name}"
    source = _replaced(_source(function), title, passages)
    function.__globals__.update(names)
    setattr(owner, name, _compiled(source, title, name, function))


def _source(function: Any) -> str:
    """The function's source text, as earlier patches left it."""
    return getattr(function, "patched_source", None) or textwrap.dedent(inspect.getsource(function))


def _replaced(source: str, title: str, passages: tuple[tuple[str, str], ...]) -> str:
    for old, new in passages:
        if source.count(old) != 1:
            raise PatchError(f"{title} does not contain this passage exactly once any more:\n{old}")
        source = source.replace(old, new)
    return source


def _compiled(source: str, title: str, name: str, original: Any) -> Any:
    filename = f"<patched {title}>"
    linecache.cache[filename] = (
        len(source),
        None,
        source.splitlines(keepends=True),
        filename,
    )
    namespace: dict[str, Any] = {}
    exec(compile(source, filename, "exec"), original.__globals__, namespace)  # noqa: S102 - our own text
    function = namespace[name]
    function.patched_source = source
    return function


def _title(owner: Any) -> str:
    return owner.__name__ if inspect.ismodule(owner) else f"{owner.__module__}.{owner.__qualname__}"
