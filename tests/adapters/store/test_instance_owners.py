from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.adapters.builders import a_waiter
from wfm.store.instance_owners import InstanceOwnersTable
from wfm.store.semaphore_table import SemaphoreTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


@pytest.fixture
def owners(gate_rows: "Table") -> InstanceOwnersTable:
    return InstanceOwnersTable(gate_rows)


def test_an_instance_belongs_to_who_claims_it_first(owners: InstanceOwnersTable) -> None:
    assert owners.claim("amc1", "acme") == "acme"
    assert owners.claim("amc1", "umbrella") == "acme"
    assert owners.claim("amc2", "umbrella") == "umbrella"


def test_a_claim_may_be_repeated(owners: InstanceOwnersTable, gate_rows: "Table") -> None:
    assert [owners.claim("amc1", "acme") for _ in range(2)] == ["acme", "acme"]
    assert gate_rows.scan(ConsistentRead=True)["Items"] == [
        {"customerId": "instance#amc1", "sk": "OWNER", "owner": "acme"}
    ]


def test_a_claim_that_is_given_up_is_free(owners: InstanceOwnersTable) -> None:
    owners.claim("amc1", "acme")

    for _ in range(2):
        owners.release("amc1", "acme")

    assert owners.claim("amc1", "umbrella") == "umbrella"


def test_nobody_gives_up_what_is_somebody_elses(owners: InstanceOwnersTable) -> None:
    owners.claim("amc1", "acme")

    owners.release("amc1", "umbrella")

    assert owners.claim("amc1", "umbrella") == "acme"


def test_a_claim_is_no_part_of_any_gate(owners: InstanceOwnersTable, semaphores: SemaphoreTable) -> None:
    semaphores.enter(a_waiter())

    owners.claim("acme", "acme")
    owners.release("acme", "acme")

    assert [waiter.request_id for waiter in semaphores.waiting("acme", limit=10)] == ["r1"]


def test_only_conditions_are_taken_as_an_answer(owners: InstanceOwnersTable, gate_rows: "Table") -> None:
    gate_rows.delete()

    with pytest.raises(ClientError, match="ResourceNotFound"):
        owners.claim("amc1", "acme")
    with pytest.raises(ClientError, match="ResourceNotFound"):
        owners.release("amc1", "acme")
