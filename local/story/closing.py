"""The end: the numbers, asked of the tables, whether every claim held, and the page of it all."""

import base64
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Table

from local.story.keyboard import Typed
from local.story.narrator import Chapter, Claim
from local.story.picture import PICTURE

PAGE, FOUND = "story.html", "story.json"
# What is said, and the question that answers it.
QUESTIONS: Final = (
    ("clients", "SELECT count(*) FROM settling"),
    ("runs", "SELECT count(*) FROM runs"),
    ("of them succeeded", "SELECT count(*) FROM runs WHERE status = 'SUCCEEDED'"),
    ("of them started in AMC, past WFM", "SELECT count(*) FROM runs WHERE source = 'external'"),
    ("of them a week read again after 14 days",
     "SELECT count(*) FROM runs WHERE supersededBy IS NOT NULL"),
    ("events", "SELECT count(*) FROM events"),
    ("of them a run foretold to be late", "SELECT count(*) FROM events WHERE kind = 'Run At Risk'"),
    ("of them a run that was late", "SELECT count(*) FROM events WHERE kind = 'Run Late'"),
    ("of them a result delivered", "SELECT count(*) FROM events WHERE kind = 'Result Delivered'"),
    ("lines of the week's report", "SELECT count(*) FROM week"),
    ("people reached", "SELECT sum(reach) FROM week"),
    ("sales of hero products, as first read", "SELECT sum(at_first) FROM settling"),
    ("sales of hero products, 14 days later", "SELECT sum(settled) FROM settling"),
    ("seconds from asking to the outcome, median",
     "SELECT round(median(epoch(endedAt) - epoch(startedAt)), 1) FROM runs WHERE source <> 'external'"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """One line of the summary."""

    words: str
    value: float

    @property
    def shown(self) -> str:
        """With separators; whole where it is whole."""
        return f"{self.value:,.0f}" if self.value.is_integer() else f"{self.value:,.1f}"


def numbers(database: Path) -> list[Number]:
    """As the tables say."""
    with duckdb.connect(database, read_only=True) as connection:
        answers = [connection.execute(question).fetchone() for _, question in QUESTIONS]
    return [
        Number(words, float(row[0] or 0) if row else 0.0) for (words, _), row in zip(QUESTIONS, answers, strict=True)
    ]


def summary(found: Sequence[Number], claims: Sequence[Claim]) -> Table:
    """For the terminal."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(justify="right")
    table.add_column()
    for number in found:
        table.add_row(number.shown, number.words)
    table.add_row(f"{sum(claim.holds for claim in claims)} of {len(claims)}", "claims hold")
    return table


def false(claims: Sequence[Claim]) -> list[str]:
    """Why the story fails, a sentence each."""
    return [f"It is not so: {claim.words} ({claim.found})." for claim in claims if not claim.holds]


def save(folder: Path, found: Sequence[Number], chapters: Sequence[Chapter]) -> None:
    """The story as one page that loads nothing from elsewhere; numbers and claims as JSON, too."""
    claims = [asdict(claim) for chapter in chapters for claim in chapter.claims]
    document = {"numbers": {number.words: number.value for number in found}, "claims": claims}
    (folder / FOUND).write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, loader=FileSystemLoader(Path(__file__).parent)
    )
    page = environment.get_template("page.html").render(
        chapters=[(chapter, [_part(part) for part in chapter.parts]) for chapter in chapters],
        numbers=found,
        picture=base64.b64encode((folder / PICTURE).read_bytes()).decode(),
        untrue=sum(not claim["holds"] for claim in claims),
    )
    (folder / PAGE).write_text(page, encoding="utf-8")


def _part(part: str | Typed) -> tuple[str, str, str]:
    """What was told; or a command, and what it said was wrong."""
    return ("", part, "") if isinstance(part, str) else ("command", part.line, part.errors if part.code else "")
