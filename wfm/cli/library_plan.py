"""What a push or a removal is going to do, for people: the difference, and whom it reaches."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from wfm.client.library.plan import CHANGED, EXTRA, NEW, UNCHANGED, Change, Known, Reach, reach_lines

_STYLES: Final = {"+": "green", "-": "red", "@": "cyan"}
_KINDS: Final = {NEW: "green", CHANGED: "yellow", EXTRA: "magenta"}


def show_plan(changes: Sequence[Change], *, prune: bool, as_json: bool) -> None:
    """Print each workflow with its difference; in colours on a terminal. With JSON on stdout, on stderr."""
    console = Console(highlight=False, soft_wrap=True, stderr=as_json)
    for change in changes:
        console.print(Text(_headline(change, prune=prune), style=_KINDS.get(change.kind, "")))
        if change.kind in (NEW, CHANGED) or (change.kind == EXTRA and prune):
            for line in reach_lines(change.reach):
                console.print(Text(f"  {line}"))
        for line in change.difference() if change.kind == CHANGED else []:
            heads = line.startswith(("---", "+++"))
            console.print(Text(f"  {line}", style="bold" if heads else _STYLES.get(line[:1], "")))
    counts = Counter(change.kind for change in changes)
    parts = [f"{counts[kind]} {kind}" for kind in (NEW, CHANGED, UNCHANGED, EXTRA) if counts[kind]]
    console.print(", ".join(parts) or "neither the folder nor the library holds a workflow")


def _headline(change: Change, *, prune: bool) -> str:
    name, latest = change.workflow_id, change.known.latest
    unreadable = f"; its record cannot be read: {change.known.problem}" if change.known.problem else ""
    if change.kind == NEW:
        return f"{name}: new, version {change.version}"
    if change.kind == CHANGED:
        return f"{name}: changed, version {latest} becomes {change.version}{unreadable}"
    if change.kind == UNCHANGED:
        return f"{name}: unchanged, version {latest}"
    then = "is removed" if prune else "stays; --prune removes it"
    return f"{name}: in WFM (version {latest}) and not in the folder, {then}"


def removal_plan(workflow_id: str, version: int | None, left: Known, reach: Reach) -> list[str]:
    """Lines that say what a removal does."""
    if version is not None and reach == Reach():
        return [f"{workflow_id}: version {version} goes; no tenant is concerned, version {left.latest} stays in force"]
    if not left.latest:
        return [f"{workflow_id}: all versions go", *(f"  {line}" for line in reach_lines(reach))]
    lines = [f"{workflow_id}: version {version} goes, version {left.latest} takes over"]
    return [*lines, *(f"  {line}" for line in reach_lines(reach))]
