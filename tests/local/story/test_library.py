"""The story's library, as a push would read it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from local.story.library import REFRESH, REPORTS, VALUE, WORKFLOWS, copy_reports
from wfm.client.workflow_files.folder import read_folder

NOW = datetime(2026, 11, 30, tzinfo=UTC)
MONDAY = date(2026, 11, 30)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def test_the_reports_follow_one_another_in_the_storys_order() -> None:
    found = {one.workflow_id: one.record for one in read_folder(REPORTS, NOW).workflows}

    assert set(found) == set(WORKFLOWS)
    links = {name: record["after"] for name, record in found.items() if "after" in record}
    assert links == {WORKFLOWS[1]: {"workflow": WORKFLOWS[0]}, WORKFLOWS[2]: {"all": [*WORKFLOWS[:2]]}}


def test_the_value_that_somebody_forgot_is_one_that_two_reports_want() -> None:
    texts = [path.read_text(encoding="utf-8") for path in REPORTS.glob("*.yaml")]

    assert [VALUE in text for text in texts].count(True) == 2


@pytest.mark.parametrize("offset", range(7), ids=DAYS)
def test_the_weekly_schedule_is_never_for_the_day_of_the_story(tmp_path: Path, offset: int) -> None:
    copy_reports(tmp_path, MONDAY + timedelta(days=offset))

    read_folder(tmp_path, NOW)
    text = (tmp_path / f"{WORKFLOWS[0]}.yaml").read_text(encoding="utf-8")
    assert f"every: weekly {DAYS[(offset + 3) % 7]} 06:00" in text
    assert f"refresh: [{REFRESH}]" in text
