"""The options by which commands say what AMC is to run: over which data, with which values."""

from collections.abc import Sequence
from typing import Annotated

import typer

from wfm.errors import UsageError
from wfm.model import json_text
from wfm.model.labels import Labels, read_pairs

WindowName = Annotated[str | None, typer.Option("--window", help="Which data, by name, such as 'last 7 days'.")]
WindowStart = Annotated[str | None, typer.Option("--from", help="Which data: the start, such as TODAY(-7).")]
WindowEnd = Annotated[str | None, typer.Option("--to", help="Which data: the end, exclusive, such as TODAY(0).")]
WindowType = Annotated[
    str | None, typer.Option(help="EXPLICIT, MOST_RECENT_DAY, MOST_RECENT_WEEK, CURRENT_MONTH, PREVIOUS_MONTH.")
]
WindowTimeZone = Annotated[
    str | None, typer.Option(help="The window's zone, such as America/New_York; --time-zone if not given.")
]
FunctionsTimeZone = Annotated[
    str | None, typer.Option(help="The calendar that date expressions use: window (default) or UTC.")
]
SettlementLag = Annotated[str | None, typer.Option(help="End the window this long before the run, such as 48h or 14d.")]
Parameter = Annotated[
    list[str] | None, typer.Option(help="For the workflow's SQL: NAME=VALUE or NAME:=JSON, such as cap:=3; repeatable.")
]
Priority = Annotated[str | None, typer.Option(help="Its priority: interactive, scheduled or backfill.")]
Label = Annotated[
    list[str] | None, typer.Option(metavar="KEY=VALUE", help="A text to group runs by, such as team=emea; repeatable.")
]
Refresh = Annotated[
    str | None, typer.Option(metavar="AGES", help="Run it again when its window is so old, such as 3d,14d,30d.")
]
Alone = Annotated[
    bool, typer.Option("--alone", help="Start nothing after it, though other workflows run after this one.")
]
Unlisted = Annotated[
    bool, typer.Option("--unlisted", help="The workflow was made in AMC by hand, so WFM does not list it.")
]


def parse_labels(given: Sequence[str] | None) -> Labels:
    """`team=emea` pairs; InvalidRecord for what is no label."""
    return read_pairs(given or [])


def parse_ages(given: str | None) -> list[str] | None:
    """`3d,14d` as a list; what is no age is refused with the request or the schedule."""
    return None if given is None else [age.strip() for age in given.split(",")]


def parse_parameters(given: Sequence[str]) -> dict[str, object]:
    """`name=value` pairs; a value in brackets is a JSON list, every other one a text, as AMC wants them.

    `name:=value` is JSON of any kind, as in `wfm tenants set`.
    """
    values: dict[str, object] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        is_json = name.endswith(":")
        name = name.removesuffix(":")
        if not equals or not name:
            raise UsageError(
                f"--parameter: {pair!r} cannot be read; allowed: NAME=VALUE, NAME=[JSON list], or NAME:=JSON"
            )
        if name in values:
            raise UsageError(f"--parameter: {name} is given twice; allowed: once, a list as {name}=[...]")
        values[name] = _json(pair, value) if is_json else _value(pair, value)
    return values


def _value(pair: str, value: str) -> object:
    if not value.startswith("["):
        return value
    try:
        return json_text.read(value)
    except ValueError as exc:
        raise UsageError(f'--parameter: {pair!r} is no JSON list ({exc}); allowed: NAME=["A","B"]') from exc


def _json(pair: str, value: str) -> object:
    try:
        return json_text.read(value)
    except ValueError as exc:
        raise UsageError(f'--parameter: {pair!r} is no JSON ({exc}); allowed: NAME:=3 or NAME:=["A","B"]') from exc
