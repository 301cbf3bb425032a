"""Notes are for people, and `wfm --quiet` leaves them out."""

from pathlib import Path
from typing import Any

import wfm.cli
from tests.wfm.commands import Run


def test_quiet_leaves_out_notes_and_no_errors(deployed: Any, command: Run) -> None:
    deployed.put_tenant(degradedSince="2026-11-23T14:00:00.000Z", degradedReason="AMC refused with 403")
    deployed.put_workflow()
    words = ("run", "reach", "--customer", "acme")

    loud, quiet = command(*words), command("--quiet", *words)
    wrong = command("--quiet", "run", "rich", "--customer", "acme")

    assert "note: it waits for the tenant, DEGRADED" in loud.err
    assert (quiet.code, quiet.err) == (0, "")
    assert (wrong.code, wrong.err.startswith("error: ")) == (2, True)
    assert "note: it waits" in command(*words).err


def test_every_note_is_one_that_quiet_leaves_out() -> None:
    folder = Path(wfm.cli.__file__).parent
    by_themselves = [path.name for path in folder.glob("*.py") if '"note: ' in path.read_text(encoding="utf-8")]

    assert by_themselves == ["notes.py"]
