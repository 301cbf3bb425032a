"""`python -m docs.client_reference` writes docs/client-reference.md: the client's calls by signature and docstring."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Final

import wfm
from wfm import Connection, Wfm, errors
from wfm.client.requests.sender import RunOptions

PAGE: Final = Path(__file__).parent / "client-reference.md"
_HEAD: Final = """# Client reference

What `from wfm import ...` has: the client, its namespaces (`tenants.put` here is `wfm.tenants.put` of a `Wfm`), what
calls give back, and errors. [client.md](client.md) shows it at work. This page is written from the code by
`python -m docs.client_reference`.
"""
_FIRST: Final = (
    "tenants", "library", "workflows", "schedules", "requests", "runs", "results", "backfills", "chains", "queues",
    "adoption",
    "data_sources", "migration",
)  # fmt: skip
_WIDEST: Final = 110


def page() -> str:
    """The whole page."""
    client = Wfm(connection=Connection())
    parts = [_HEAD, "## Wfm\n", f"```python\nWfm{_signature(Wfm)}\n```\n", _text(Wfm)]
    for name in _namespaces(client):
        parts += _namespace(name, getattr(client, name))
        if name == "queues":
            parts += _namespace("queues.dead_letters", client.queues.dead_letters)
    parts += ["## Options of a run\n", _text(RunOptions), *_options()]
    parts += ["## What the calls give back\n", *(part for name in _types() for part in _type(name))]
    parts += ["## Functions\n", *_call("to_pandas", wfm.to_pandas)]
    parts += ["## Errors\n", f"```\n{_tree()}\n```\n"]
    return "\n".join(part for part in parts if part)


def _namespaces(client: Wfm) -> list[str]:
    """All that a client has, those that people meet daily first."""
    there = {name for name in vars(client) if name not in ("connection", "stack", "aws")}
    return [*(name for name in _FIRST if name in there), *sorted(there - {*_FIRST})]


def _namespace(title: str, namespace: object) -> Iterator[str]:
    yield f"## {title}\n"
    yield _text(type(namespace))
    for name in sorted(_public(namespace)):
        yield from _call(f"{title}.{name}", getattr(namespace, name))


def _public(namespace: object) -> set[str]:
    """Its calls, in whatever class they are; other namespaces in it have a heading of their own."""
    return {name for name in dir(namespace) if not name.startswith("_") and inspect.isroutine(getattr(namespace, name))}


def _call(title: str, call: object) -> Iterator[str]:
    yield f"### {title}\n"
    yield f"```python\n{title}{_signature(call)}\n```\n"
    yield _text(call)


def _signature(call: object) -> str:
    """With types as they are written, a parameter a line where it is long."""
    found = inspect.signature(call)  # type: ignore[arg-type]
    shown = [p.replace(annotation=_Written(p.annotation)) for p in found.parameters.values() if p.name != "clock"]
    result = found.return_annotation
    arrow = "" if isinstance(call, type) or result is inspect.Signature.empty else f" -> {_written(result)}"
    line = str(found.replace(parameters=shown, return_annotation=inspect.Signature.empty)) + arrow
    if len(line) <= _WIDEST:
        return line
    inner = re.sub(r"^\((.*)\)$", r"\1", str(inspect.Signature(shown)))
    return "(\n" + "".join(f"    {part},\n" for part in _parts(inner)) + ")" + arrow


def _parts(inner: str) -> Iterator[str]:
    """The parameters in a signature's text: cut at commas that are in no brackets."""
    depth, begin = 0, 0
    for index, letter in enumerate(inner):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            yield inner[begin:index].strip()
            begin = index + 1
    yield inner[begin:].strip()


class _Written:
    """An annotation that shows itself without the modules that it comes from."""

    def __init__(self, annotation: object) -> None:
        self._annotation = annotation

    def __repr__(self) -> str:
        return _written(self._annotation)


def _written(annotation: object) -> str:
    if annotation is inspect.Parameter.empty:
        return "..."
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    text = re.sub(r"\*<class '(.*)'>", r"Unpack[\1]", text)
    return re.sub(r"\b(?:[a-z_]\w*\.)+(?=[A-Za-z_])", "", text).replace("'", "")


def _options() -> Iterator[str]:
    yield "| option | type |\n|---|---|"
    yield from (f"| `{name}` | `{_escaped(_written(kind))}` |" for name, kind in RunOptions.__annotations__.items())
    yield ""


def _escaped(cell: str) -> str:
    return cell.replace("|", "\\|")


def _types() -> list[str]:
    """The exported classes that are neither the client nor errors."""
    found = {name: getattr(wfm, name) for name in wfm.__all__ if name != "Wfm"}
    return [name for name, of in found.items() if isinstance(of, type) and not issubclass(of, Exception)]


def _type(name: str) -> Iterator[str]:
    of = getattr(wfm, name)
    yield f"### {name}\n"
    yield _text(of)
    if is_dataclass(of):
        shown = [one for one in fields(of) if one.repr]
        yield "| field | type |\n|---|---|"
        yield from (f"| `{one.name}` | `{_escaped(_written(one.type))}` |" for one in shown)
        yield ""
    for attribute in sorted(name for name in dir(of) if not name.startswith("_")):
        member = inspect.getattr_static(of, attribute)
        if isinstance(member, property):
            kind = _written(inspect.signature(member.fget).return_annotation)  # type: ignore[arg-type]
            yield f"- `{attribute}` (`{kind}`): {_line(member)}"
        elif inspect.isfunction(member):
            yield f"- `{attribute}{_signature(_bound(member))}`: {_line(member)}"
    yield ""


def _bound(function: object) -> object:
    """The function without its `self`."""
    return function.__get__(object())  # type: ignore[attr-defined]


def _line(member: object) -> str:
    return " ".join(_text(member).split())


def _text(of: object) -> str:
    """A docstring as Markdown: its paragraphs, flowing."""
    return (inspect.getdoc(of) or "").strip() + "\n"


def _tree() -> str:
    """The tree as its module draws it."""
    return (errors.__doc__ or "").partition("\n\n")[2].strip()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
