"""The typed views of rows: each field from its column, and the row whole beside them."""

from decimal import Decimal

from wfm.client.records import NOT_SEEN, Execution, Request, Tenant, Workflow

POLLED = {"lastLookedAt": "2026-11-23T14:20:49.000Z", "lookFailure": "AMC refused with 403"}


def test_a_field_has_the_value_of_its_column_and_numbers_are_whole() -> None:
    row = {"customerId": "acme", "workflowId": "reach", "libraryVersion": Decimal(3), "drift": "changed in AMC"}

    workflow = Workflow.from_row(row)

    assert (workflow.customer_id, workflow.library_version, workflow.drift) == ("acme", 3, "changed in AMC")
    assert workflow.row == row | {"libraryVersion": 3}


def test_a_column_that_is_missing_or_empty_is_as_none() -> None:
    tenant = Tenant.from_row({"customerId": "acme", "reason": "", "bucketName": None})

    assert (tenant.status, tenant.reason, tenant.limit, tenant.bucket) == (NOT_SEEN, None, 0, "")
    assert Workflow.from_row({"customerId": "acme", "workflowId": "own"}).library_version == 0


def test_an_active_tenant_that_amc_does_not_let_in_is_shown_as_degraded_and_its_row_stays() -> None:
    row = {"customerId": "acme", "status": "ACTIVE", "reason": "old", "degradedSince": "t", "degradedReason": "403"}

    tenant = Tenant.from_row(row)

    assert (tenant.status, tenant.reason, tenant.row) == ("DEGRADED", "403", row)


def test_json_of_a_poll_has_the_old_names_beside_the_new_ones() -> None:
    found = Tenant.from_row({"customerId": "acme", **POLLED}).poll_as_json()

    assert found == POLLED | {"lastPolledAt": POLLED["lastLookedAt"], "pollError": POLLED["lookFailure"]}


def test_a_run_has_an_end_only_once_it_has_ended() -> None:
    row = {"customerId": "acme", "workflowExecutionId": "e1", "lastUpdatedTime": "late", "firstSeenAt": "early"}

    ended = [Execution.from_row(row | {"executionStatus": status}).ended_at for status in ("RUNNING", "SUCCEEDED")]

    assert ended == [None, "late"]
    assert Execution.from_row(row | {"executionStatus": "RUNNING"}).started_at == "early"


def test_two_requests_are_equal_by_their_fields_whatever_else_is_in_their_rows() -> None:
    row = {"customerId": "acme", "requestId": "r1", "status": "QUEUED"}

    assert Request.from_row(row) == Request.from_row(row | {"attempts": 3})
