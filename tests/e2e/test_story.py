"""`wfm demo --story agency`, told once: every claim holds, its numbers are those of its files, and its page is true."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from local.story.cast import CLIENTS
from local.synthesis import REPOSITORY
from tests.assemblies import for_this_machine
from tests.docs.session import ROOT, Typed, says, steps

pytestmark = pytest.mark.timeout(1800)  # two minutes where nothing else runs

TELL = """
import sys
from pathlib import Path
from local.story.command import run

run(0, output=Path(sys.argv[1]))
"""
CLAIMS = [
    "all 12 clients are ACTIVE",
    "the refusal names file, line, client and value, and nothing was written",
    "each workflow is in each client's AMC instance",
    "each client has the weekly schedule, which reads its week again after 14d",
    "3 runs for each client, and all SUCCEEDED",
    "each began when the one before it had ended",
    "AMC was given each client's own values",
    "no client had more runs in AMC than its limit",
    "WFM said so before the deadline, and once more when it had passed",
    "and it was right: the run succeeded, after the deadline",
    "one query reads every client's sales, a line for each campaign",
    "each client's week was read once more, and each run names the other",
    "every client's sales have grown since",
    "the same files have the settled numbers",
    "the week's client_report has every client, with a line for each campaign",
    "every run that succeeded was announced",
    "the picture has a line for every client",
]
SHOWN = [
    f"$ {step.line}\n{step.shown}"
    for step in steps((ROOT / "docs/story.md").read_text(encoding="utf-8"))
    if isinstance(step, Typed) and step.shown is not None
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the story's files are."""
    for_this_machine()
    return tmp_path_factory.mktemp("story")


@pytest.fixture(scope="module")
def told(folder: Path) -> str:
    """What it prints; AssertionError with that if it fails."""
    done = subprocess.run(
        [sys.executable, "-u", "-c", TELL, str(folder)],
        cwd=REPOSITORY,
        env=os.environ | {"MPLCONFIGDIR": str(folder / "matplotlib")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def found(told: str, folder: Path) -> dict[str, Any]:
    """Claims and numbers, as the story leaves them."""
    document: dict[str, Any] = json.loads((folder / "story.json").read_text())
    return document


def test_every_claim_holds(found: dict[str, Any]) -> None:
    assert [claim["words"] for claim in found["claims"]] == CLAIMS
    assert [claim["words"] for claim in found["claims"] if not claim["holds"]] == []


def test_the_numbers_are_those_of_the_rows_and_events(found: dict[str, Any], folder: Path) -> None:
    runs = json.loads((folder / "runs.json").read_text())
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]
    kinds = Counter(event["kind"] for event in events)

    numbers = found["numbers"]
    assert numbers["clients"] == len(CLIENTS) == len({run["request"]["customerId"] for run in runs if run["request"]})
    assert numbers["runs"] == len(runs)
    assert numbers["of them succeeded"] == sum(run["status"] == "SUCCEEDED" for run in runs)
    assert numbers["events"] == len(events)
    assert numbers["of them a run foretold to be late"] == kinds["Run At Risk"] >= 1
    assert numbers["of them a run that was late"] == kinds["Run Late"] >= 1
    assert numbers["of them a result delivered"] == kinds["Result Delivered"]
    assert numbers["sales of hero products, as first read"] == sales(folder / "delivered-at-first")
    assert numbers["sales of hero products, 14 days later"] == sales(folder / "delivered")


def sales(folder: Path) -> int:
    """Of all files of the workflow, each read by itself."""
    files = folder.glob("tenant=*/workflow=hero_sales/*/*.parquet")
    return sum(pc.sum(pq.read_table(file)["sales"]).as_py() for file in files)


def test_it_leaves_a_page_and_a_picture(told: str, folder: Path) -> None:
    assert (folder / "clients.png").read_bytes().startswith(b"\x89PNG")
    assert "All of them hold." in (folder / "story.html").read_text()


@pytest.mark.parametrize("shown", SHOWN, ids=range(len(SHOWN)))
def test_what_its_page_shows_is_what_it_prints(told: str, shown: str) -> None:
    assert says(told, shown)
