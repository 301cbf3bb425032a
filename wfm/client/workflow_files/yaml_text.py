"""YAML as people mean it, with the line of each key.

Unlike PyYAML's own SafeLoader this one refuses a key that is there twice, and takes only `true` and `false` for truth
values and nothing for dates or base 60: `NO` is Norway and `08:30` a time of day, as in YAML 1.2.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NoReturn

import yaml

from wfm.model.dynamodb_limits import MAX_DEPTH

_TAG = "tag:yaml.org,2002:"
_KINDS = [_TAG + kind for kind in ("bool", "null", "int", "float", "str", "seq", "map")]
_UNQUOTED = re.compile(r"(?:^|[:,\[{-])\s+(?:\*[^A-Za-z]|[@`%])|:\s.*:\s")  # a crontab's */5, @daily, a: b: c
Path = tuple[str | int, ...]
Problem = tuple[int, str]  # the line, the first is 1, and what is wrong there


class _Loader(yaml.SafeLoader):
    """Reads what JSON has, as YAML 1.2 writes it; no aliases, since a record would not have them either."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int | None) -> yaml.Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            self._refuse(f"it is nested more than {MAX_DEPTH} deep")
        if self.check_event(yaml.AliasEvent):
            self._refuse("an alias, *name, is not taken: write it out")
        if index is None and isinstance(parent, yaml.MappingNode) and self._is_merge():
            self._refuse("a merge, <<, is not taken: write it out")
        node = super().compose_node(parent, index)  # type: ignore[arg-type]  # None: a key, as PyYAML calls it
        self._depth -= 1
        return node

    def _is_merge(self) -> bool:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        return isinstance(event, yaml.ScalarEvent) and event.value == "<<" and bool(event.implicit[0])

    def construct_object(self, node: yaml.Node, deep: bool = False) -> object:
        """The value; what a tag such as !!int makes nothing of is no YAML, as any other."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError) as exc:
            kind = str(node.tag).removeprefix(_TAG)
            problem = f"{node.value!r:.60} is no {kind}"
            raise yaml.MarkedYAMLError(problem=problem, problem_mark=node.start_mark) from exc

    def _refuse(self, problem: str) -> NoReturn:
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
        raise yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


_Loader.yaml_implicit_resolvers = {}
_Loader.yaml_constructors = {tag: yaml.SafeLoader.yaml_constructors[tag] for tag in (None, *_KINDS)}
for _kind, _pattern, _begins in (
    ("bool", "true|false", "tf"),
    ("null", "null|~|", ("n", "~", "")),
    ("int", "[-+]?(?:0|[1-9][0-9]*)", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+]?[0-9]+)?", "-+0123456789"),
):
    _Loader.add_implicit_resolver(_TAG + _kind, re.compile(f"^(?:{_pattern})$"), list(_begins))


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, without the aliases that confuse readers."""

    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TAG + "str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)


@dataclass(frozen=True, slots=True)
class Document:
    """The content of a file. `lines` has the line of each key by its path, such as `("schedule", "every")`."""

    value: object
    lines: Mapping[Path, int]
    problems: tuple[Problem, ...] = ()

    def line(self, path: Path) -> int:
        """The line of the key, or of the nearest one around it that is written down."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Document:
    """One document. Every key that is there twice is a problem; so is what is no YAML at all, and then no more."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        found = list(_keys(node, ())) if node else []
        value = loader.construct_document(node) if node else None
    except yaml.YAMLError as exc:
        return Document(None, {}, (_unreadable(exc, text),))
    lines: dict[Path, int] = {}
    twice = []
    for path, line in found:
        if path in lines:
            twice.append((line, f"{dotted(path)}: is there twice, first in line {lines[path]}; allowed: once"))
        lines.setdefault(path, line)
    return Document(value, lines, tuple(twice))


def write(value: Mapping[str, object]) -> str:
    """The document as a file's text, keys in their order."""
    return yaml.dump(dict(value), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)


def dotted(path: Path) -> str:
    """`inputParameters[0].name`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def _keys(node: object, path: Path) -> Iterator[tuple[Path, int]]:
    """Each key with its line. On the way keys such as `1` or `true` become texts, as all keys of a record are."""
    if isinstance(node, yaml.MappingNode):
        for key, inner in node.value:
            key.tag = _TAG + "str" if isinstance(key, yaml.ScalarNode) else key.tag
            here = (*path, str(key.value))
            yield here, key.start_mark.line + 1
            yield from _keys(inner, here)
    elif isinstance(node, yaml.SequenceNode):
        for index, inner in enumerate(node.value):
            here = (*path, index)
            yield here, inner.start_mark.line + 1
            yield from _keys(inner, here)


def _unreadable(exc: Exception, text: str) -> Problem:
    mark = getattr(exc, "problem_mark", None)
    why = getattr(exc, "problem", None) or str(exc).splitlines()[0]
    line = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
    hint = "; quotes around the text let it stand for itself" if _UNQUOTED.search(line) else ""
    return mark.line + 1 if mark else 1, f"is no YAML ({why}){hint}"
