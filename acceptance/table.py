"""The table of an acceptance: on the terminal, and as a file to keep."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from acceptance.verdicts import Line, Verdict

HEADINGS: Final = ("CHECK", "PROVES", "RESULT", "SECONDS", "EVIDENCE")
_STYLES: Final = {Verdict.PASSED: "green", Verdict.FAILED: "bold red", Verdict.ACCOUNT_ONLY: "yellow"}


def print_lines(console: Console, lines: Sequence[Line], left: Mapping[str, str]) -> None:
    """The table, a sentence on it, and what could not be removed."""
    table = Table(*HEADINGS, show_lines=True)
    for line in lines:
        table.add_row(line.check, line.proves, str(line.verdict), _seconds(line), line.evidence, style=_style(line))
    console.print(table)
    console.print(summary(lines))
    for sentence in left_over(left):
        console.print(sentence)


def _seconds(line: Line) -> str:
    return "" if line.seconds is None else f"{line.seconds:.0f}"


def _style(line: Line) -> str:
    return _STYLES.get(line.verdict, "")


def summary(lines: Sequence[Line]) -> str:
    """How many lines have which verdict."""
    counts = {verdict: sum(line.verdict is verdict for line in lines) for verdict in Verdict}
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.items() if count) or "no check has run"


def left_over(left: Mapping[str, str]) -> list[str]:
    """What a person has to remove."""
    if not left:
        return ["all that was made is removed"]
    return ["could not be removed:", *(f"  {name}: {reason}" for name, reason in left.items())]


def is_good(lines: Sequence[Line]) -> bool:
    """Whether nothing failed, and everything was reached."""
    return bool(lines) and all(line.verdict in (Verdict.PASSED, Verdict.ACCOUNT_ONLY) for line in lines)


def save(folder: Path, name: str, lines: Sequence[Line], left: Mapping[str, str]) -> Path:
    """The same as JSON, for whoever compares two of them."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.json"
    content = {"name": name, "lines": [asdict(line) for line in lines], "left": dict(left)}
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return file
