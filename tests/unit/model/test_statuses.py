import json
from enum import StrEnum

import pytest
from boto3.dynamodb.types import TypeSerializer

from wfm.model.statuses import (
    AMC_ACTIVE,
    AMC_ENDED,
    REQUEST_ENDED,
    RequestStatus,
    RolloutStatus,
    RunStatus,
    ScheduleStatus,
    SyncStatus,
    TenantStatus,
    request_status,
)
from wfm.store.items import to_item

KINDS: tuple[type[StrEnum], ...] = (RequestStatus, RolloutStatus, RunStatus, ScheduleStatus, SyncStatus, TenantStatus)


@pytest.mark.parametrize("kind", KINDS)
def test_a_status_is_stored_and_told_as_its_text(kind: type[StrEnum]) -> None:
    for status in kind:
        assert (status, f"{status}", json.dumps(status)) == (status.name, status.name, f'"{status.name}"')
        assert type(to_item({"status": status})["status"]) is str
        assert json.dumps(TypeSerializer().serialize(status)) == f'{{"S": "{status.name}"}}'


def test_every_status_of_amc_has_ended_or_goes_on() -> None:
    assert {*RunStatus} == AMC_ENDED | AMC_ACTIVE
    assert not AMC_ENDED & AMC_ACTIVE


@pytest.mark.parametrize(
    ("amc", "status"),
    [
        *((text, text) for text in ("SUCCEEDED", "FAILED", "CANCELLED", "REJECTED", "RUNNING")),
        *((text, "RUNNING") for text in ("PENDING", "PUBLISHING", "SOMETHING_NEW", "")),
        ("DELETED", "FAILED"),
    ],
)
def test_a_request_stands_as_its_run_does(amc: str, status: str) -> None:
    found = request_status(amc)

    assert found is RequestStatus(status)
    assert (found in REQUEST_ENDED) is (amc in AMC_ENDED)
