"""`docs/backfill.md` is true: every plan makes the windows and requests on it, every command prints what it says."""

import io
import json
import re
import shlex
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import wfm.cli
from functions.handlers import cancel_requests, send_requests
from tests.wfm.backfilling import Backfilling
from tests.wfm.conftest import aws, aws_settings, deployed, moto
from wfm.model.backfills import Backfill, read_backfill
from wfm.model.json_schema import validate

__all__ = ["aws", "aws_settings", "deployed", "moto"]

PAGE = (Path(__file__).parents[2] / "docs" / "backfill.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BLOCKS = re.findall(r"^```json (plan|windows|request \d+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [(plan, kind, shown) for (_, plan), (kind, shown) in zip(BLOCKS[::2], BLOCKS[1::2], strict=True)]
CONSOLE = "".join(re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", CONSOLE, re.MULTILINE)


def read(plan: str) -> Backfill:
    return read_backfill(validate("backfill", json.loads(plan)), "q1", NOW)


@pytest.mark.parametrize(("plan", "kind", "shown"), EXAMPLES)
def test_a_plan_has_the_windows_and_requests_that_the_page_says(plan: str, kind: str, shown: str) -> None:
    backfill = read(plan)

    if kind == "windows":
        assert [list(backfill.windows[number]) for number in range(len(backfill.windows))] == json.loads(shown)
    else:
        assert backfill.request(int(kind.split()[1])) == json.loads(shown)


class Terminal(io.StringIO):
    """A person who says yes."""

    def isatty(self) -> bool:
        return True


def test_the_commands_print_what_the_page_says(
    deployed: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, as a person types them."""
    machine = Backfilling(deployed)
    machine.put_tenants("acme", "globex")
    machine.put_requests("q1", "acme", "SUCCEEDED", "SUCCEEDED", "FAILED", "RUNNING")
    machine.put_outcomes("acme", mar_04="SUCCEEDED", mar_11="FAILED", mar_18="SUCCEEDED")

    for command, printed in COMMANDS:
        monkeypatch.setattr(sys, "argv", shlex.split(command))
        monkeypatch.setattr(sys, "stdin", Terminal("y\n"))
        with pytest.raises(SystemExit):
            wfm.cli.main()
        if command.startswith("wfm backfill pause"):
            machine.pause("march")
            for number in (0, 2):
                deployed.put_request(f"march-{number}", "CANCELLED", backfillId="march")
        out, err = capsys.readouterr()
        told = f"{err} y\n{out[1:]}" if "[y/N]" in err else err + out  # the answer is echoed by the terminal alone
        pattern = re.escape(printed).replace(r"started\ \ \ \.\.\.", r"started   [\d: -]+")
        assert re.fullmatch(pattern, told)


def test_the_page_shows_enough_and_its_numbers_are_the_codes() -> None:
    assert len(EXAMPLES) == 6
    assert len(COMMANDS) == 8
    assert f"sends {send_requests.REQUESTS_PER_CALL} requests at a time" in PAGE
    assert cancel_requests.REQUESTS_PER_CALL == 100
    assert "a hundred requests at a time" in PAGE
