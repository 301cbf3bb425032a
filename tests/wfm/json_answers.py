"""What `--json` printed against the schema of its command in `schemas/command_output/`, whichever test printed it."""

import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from jsonschema import Draft202012Validator

import wfm.cli
from docs.command_schemas import file_of

WITH_VALUE: Final = ("--context", "--team", "--dataset", "--profile", "--region", "--endpoint-url")


def command_of(words: Sequence[str]) -> str:
    """Its words, such as `executions list`, without options and what they are given."""
    found: list[str] = []
    below: Any = None
    pairs = zip(["", *words], words, strict=False)
    for word in [word for before, word in pairs if not word.startswith("-") and before not in WITH_VALUE]:
        if below is None:
            below = wfm.cli.load(word)
        elif word in getattr(below, "commands", {}):
            below = below.commands[word]
        else:
            break
        found.append(word)
    return " ".join(found)


def check_answer(words: Sequence[str], text: str) -> None:
    """AssertionError for what the schema does not allow, or for a field that it does not name."""
    command = command_of(words)
    schema = read_schema(command)
    wrong = [problem for document in documents(text, schema) for problem in problems(command, document)]
    assert not wrong, f"wfm {command} --json: {wrong[:3]}"


@cache
def read_schema(command: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file_of(command).read_text(encoding="utf-8"))
    return found


def documents(text: str, schema: dict[str, Any]) -> list[Any]:
    """The one document; or one a line of what is followed, each an item if the schema is that of a list."""
    try:
        return [json.loads(text)]
    except ValueError:
        lines = [json.loads(line) for line in text.splitlines()]
        is_list = schema.get("type") == "array"
        return [[line] if is_list and not isinstance(line, list) else line for line in lines]


def problems(command: str, document: object) -> list[str]:
    found = _validator(command).iter_errors(document)
    return [f"{each.json_path}: {each.message:.200}" for each in found]


@cache
def _validator(command: str) -> Draft202012Validator:
    return Draft202012Validator(closed(read_schema(command)))


def closed(schema: Any) -> Any:
    """The same, refusing fields that it does not name: readers must bear new ones, but WFM has to tell of them."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inside = {name: closed(each) for name, each in schema.items()}
    return {"additionalProperties": False, **inside} if isinstance(schema.get("properties"), dict) else inside
