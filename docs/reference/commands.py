"""docs/commands.md: each command with its arguments and options, as `--help` has them."""

import re
from collections.abc import Iterator
from typing import Any, Final

import typer

import wfm.cli
from docs.reference.tables import cell, table

_HEAD: Final = """# Commands

Every command with what it takes, as its `--help` says it. [The command](command.md) says what they have in common, and
[exit codes](exit-codes.md) how they end. This page is written from the code by `python -m docs.reference`.
"""
SHORTEST: Final = 4  # letters of a word that says by itself what it is; UP of --catch-up does not
_SHELL: Final = frozenset({"--help", "--install-completion", "--show-completion"})


def commands_page() -> str:
    """The whole page."""
    root = typer.main.get_command(wfm.cli.app)
    parts = [_HEAD, "## Before the command\n", *_options(root), *_contents()]
    for name in wfm.cli.COMMANDS:
        command = wfm.cli.load(name)
        parts += [f"## wfm {name}\n", f"{_paragraphs(command.help)}\n", *_body(f"wfm {name}", command)]
    return "\n".join(parts)


def _contents() -> Iterator[str]:
    rows = [(f"[`wfm {name}`](#wfm-{name})", cell(about)) for name, about in wfm.cli.COMMANDS.items()]
    yield from ("## All of them\n", table(("command", "what it does"), rows))


def _body(words: str, command: Any) -> Iterator[str]:
    """Of a command what it takes; of a noun its verbs."""
    verbs: dict[str, Any] = getattr(command, "commands", {})
    if not verbs:
        yield from (f"```text\n{' '.join((words, *_usage(command)))}\n```\n", *_options(command))
    for verb, inner in verbs.items():
        if not inner.hidden:
            yield from (f"### {words} {verb}\n", f"{_paragraphs(inner.help)}\n", *_body(f"{words} {verb}", inner))


def _usage(command: Any) -> Iterator[str]:
    """Its arguments, then the options that it cannot do without."""
    shown = _shown(command)
    for param in shown:
        if param.param_type_name == "argument":
            name = param.metavar or str(param.name).upper()
            yield name if param.required or name.startswith("[") else f"[{name}]"
    for param in shown:
        if param.param_type_name == "option" and param.required:
            yield f"{param.opts[0]} {_value(param)}"
    if any(not param.required for param in shown if param.param_type_name == "option"):
        yield "[OPTIONS]"


def _options(command: Any) -> Iterator[str]:
    rows = [(_names(param), cell(_about(param))) for param in _shown(command)]
    if rows:
        yield table(("argument or option", "what it is"), rows)


def _shown(command: Any) -> list[Any]:
    return [param for param in command.params if not param.hidden and not _SHELL & {*param.opts}]


def _names(param: Any) -> str:
    if param.param_type_name == "argument":
        return f"`{param.metavar or str(param.name).upper()}`".replace("|", "\\|")
    names = ", ".join([*param.opts, *param.secondary_opts])
    return f"`{names}{'' if param.is_flag else f' {_value(param)}'}`".replace("|", "\\|")


def _value(param: Any) -> str:
    """What stands after an option: the word or the choice that `--help` shows, else the option's own name."""
    choices = param.type_descriptor.choices
    return str(param.metavar or "|".join(str(getattr(one, "value", one)) for one in choices or ()) or _word(param))


def _word(param: Any) -> str:
    whole = str(max(param.opts, key=len)).strip("-").upper()
    last = whole.rpartition("-")[2]
    return last if len(last) >= SHORTEST else whole


def _about(param: Any) -> str:
    default = param.default
    is_told = param.show_default and not callable(default) and default not in (None, False, True, (), [], "")
    return f"{param.help or ''}{f' Default: {_plain(default)}.' if is_told else ''}"


def _plain(default: object) -> str:
    return f"{default:g}" if isinstance(default, float) and default < 1e6 else str(getattr(default, "value", default))


def _paragraphs(text: str | None) -> str:
    """A docstring, a paragraph a line."""
    return "\n\n".join(" ".join(part.split()) for part in re.split(r"\n{2,}", (text or "").replace("\b", "").strip()))
