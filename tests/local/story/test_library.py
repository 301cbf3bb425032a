"""The story's library, as a push would read it."""

from datetime import UTC, datetime

from local.story.library import REPORTS, VALUE, WORKFLOWS
from wfm.client.workflow_files.folder import read_folder

NOW = datetime(2026, 11, 30, tzinfo=UTC)


def test_the_reports_follow_one_another_in_the_storys_order() -> None:
    found = {one.workflow_id: one.record for one in read_folder(REPORTS, NOW).workflows}

    assert set(found) == set(WORKFLOWS)
    links = {name: record["after"] for name, record in found.items() if "after" in record}
    assert links == {WORKFLOWS[1]: {"workflow": WORKFLOWS[0]}, WORKFLOWS[2]: {"all": [*WORKFLOWS[:2]]}}


def test_the_value_that_somebody_forgot_is_one_that_a_report_wants() -> None:
    texts = [path.read_text(encoding="utf-8") for path in REPORTS.glob("*.yaml")]

    assert [VALUE in text for text in texts].count(True) == 2
