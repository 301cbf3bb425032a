"""`docs/chains.md` is true: its files are a folder that can be pushed, and its table names each key and status."""

import re
from datetime import UTC, datetime
from pathlib import Path

from tests.wfm.library_world import write
from wfm.client.chains.status import DUE, NOT_RUN, WAITING
from wfm.client.workflow_files.folder import read_folder
from wfm.model.chain_links import MOST_PARENTS, On

PAGE = (Path(__file__).parents[2] / "docs" / "chains.md").read_text(encoding="utf-8")
FILES = re.findall(r"^```yaml (\S+)\.yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_the_files_of_the_page_are_a_folder_without_a_problem(tmp_path: Path) -> None:
    write(tmp_path, "reach")
    for name, text in FILES:
        write(tmp_path, name, settings=text)

    links = {link.workflow_id: link.link for link in read_folder(tmp_path, datetime.now(UTC)).links}

    assert links["overlap"].parent_ids == ("reach",)
    assert links["export"].parent_ids == ("reach", "overlap")
    assert str(links["export"].delay) == "2:00:00"


def test_the_page_names_each_key_end_and_status() -> None:
    keys = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", PAGE, re.MULTILINE))))

    assert keys == {"workflow", "all", "any", "on", "window", "delay"}
    assert all(f"`{end}`" in PAGE for end in On)
    assert all(f"| {status} |" in PAGE for status in (DUE, NOT_RUN, WAITING))
    assert f"up to {MOST_PARENTS}" in PAGE
