"""How AMC's publishing of a result came out."""

from datetime import timedelta
from typing import Any

import pytest

from tests.builders import a_run
from tests.fakes import NOON
from wfm.calendar.timestamps import iso
from wfm.model.publishing import PUBLISH_PATIENCE, awaits_publishing, publishing_failed, publishing_fields
from wfm.model.runs import is_active, run_row

DOWNLOAD = {"channel": {"type": "DOWNLOAD"}, "status": "AVAILABLE"}


def a_publication(publication: str, reason: str | None = None, **run: Any) -> Any:
    channel = {"channel": {"type": "PUBLISH"}, "status": publication, "statusReason": reason}
    return a_run(**{"status": "SUCCEEDED", "outputChannels": [DOWNLOAD, channel], **run})


def test_the_row_says_how_it_came_out() -> None:
    row = run_row("acme", a_publication("FAILED", "no policy"), NOON)

    assert (row["resultDelivery"], row["resultDeliveryReason"]) == ("FAILED", "no policy")
    assert row["statusReason"] == "the result is not in the bucket: no policy"
    assert publishing_failed(row)


def test_amcs_own_reason_stays() -> None:
    row = run_row("acme", a_publication("FAILED", statusReason="rows suppressed"), NOON)

    assert row["statusReason"] == "rows suppressed"


@pytest.mark.parametrize(
    "run",
    [
        a_run(status="SUCCEEDED"),
        a_run(status="SUCCEEDED", outputChannels=[DOWNLOAD]),
        a_run(status="SUCCEEDED", outputChannels=["PUBLISH", None, {"channel": "PUBLISH"}]),
        a_run(status="SUCCEEDED", outputChannels="PUBLISH"),
        a_publication("UNAVAILABLE", status="FAILED"),
        a_publication(""),
    ],
)
def test_where_amc_tells_nothing_of_it_the_row_does_not_either(run: dict[str, Any]) -> None:
    assert publishing_fields(run) == {}


def test_a_run_whose_result_is_to_be_delivered_is_asked_for_an_hour_and_does_not_go_on() -> None:
    row = run_row("acme", a_publication("PENDING", lastUpdatedTime=iso(NOON)), NOON)
    late = NOON + PUBLISH_PATIENCE

    assert ("unsettledSince" in row, is_active(row)) == (True, False)
    assert (awaits_publishing(row, late - timedelta(seconds=1)), awaits_publishing(row, late)) == (True, False)
    assert "unsettledSince" not in run_row("acme", a_publication("AVAILABLE"), NOON)
