"""`docs/freshness.md` is true: its file is read as it says, and it names what is allowed and when WFM looks."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.wfm.library_world import write
from wfm.client.workflow_files.folder import read_folder
from wfm.model.workflows import read_freshness

PAGE = (Path(__file__).parents[2] / "docs" / "freshness.md").read_text(encoding="utf-8")


def test_the_file_of_the_page_is_read_as_it_says(tmp_path: Path) -> None:
    ((name, text),) = re.findall(r"^```yaml (\S+)\.yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    write(tmp_path, name, settings=text)

    (found,) = read_folder(tmp_path, datetime.now(UTC)).workflows

    assert read_freshness(found.workflow.freshness) == timedelta(hours=36)


def test_the_page_names_the_least_and_the_most() -> None:
    least, most = re.findall(r"from `(\w+)` to `(\w+)`", PAGE)[0]

    assert (read_freshness(least), read_freshness(most)) == (timedelta(hours=1), timedelta(days=400))
    assert [read_freshness(beyond) for beyond in ("59m", "90m", "401d", "0h")] == [None] * 4
