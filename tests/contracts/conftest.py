"""Each store twice: as it is, on a DynamoDB whose plain reads are stale, and as the fake that stands in for it."""

from typing import TYPE_CHECKING

import pytest

from functions.ports import Executions, InstanceOwners, Requests, Semaphores, Tenants, Workflows
from tests.adapters.conftest import aws, dynamodb, moto, session  # noqa: F401 (fixtures)
from tests.fakes import FakeExecutions, FakeOwners, FakeRequests, FakeSemaphores, FakeTenants, FakeWorkflows
from tests.tables import put
from wfm.store import schema
from wfm.store.executions_table import ExecutionsTable
from wfm.store.instance_owners import InstanceOwnersTable
from wfm.store.requests_table import RequestsTable
from wfm.store.semaphore_table import SemaphoreTable
from wfm.store.tenants_table import TenantsTable
from wfm.store.workflows_table import WorkflowsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource


@pytest.fixture(params=["store", "fake"])
def tables(request: pytest.FixtureRequest) -> "DynamoDBServiceResource | None":
    """Where the stores keep their rows; None for the fakes, which need nothing."""
    found: DynamoDBServiceResource | None = request.getfixturevalue("dynamodb") if request.param == "store" else None
    return found


@pytest.fixture
def semaphores(tables: "DynamoDBServiceResource | None") -> Semaphores:
    return SemaphoreTable(tables, put(tables, schema.GATE)) if tables else FakeSemaphores()


@pytest.fixture
def requests(tables: "DynamoDBServiceResource | None") -> Requests:
    return RequestsTable(put(tables, schema.REQUESTS)) if tables else FakeRequests()


@pytest.fixture
def executions(tables: "DynamoDBServiceResource | None", requests: Requests) -> Executions:
    if isinstance(requests, FakeRequests):
        return FakeExecutions(requests)
    assert tables
    return ExecutionsTable(tables, put(tables, schema.EXECUTIONS), tables.Table(schema.REQUESTS.name))


@pytest.fixture
def tenants(tables: "DynamoDBServiceResource | None") -> Tenants:
    return TenantsTable(put(tables, schema.TENANTS)) if tables else FakeTenants()


@pytest.fixture
def workflows(tables: "DynamoDBServiceResource | None") -> Workflows:
    return WorkflowsTable(put(tables, schema.WORKFLOWS)) if tables else FakeWorkflows()


@pytest.fixture
def owners(tables: "DynamoDBServiceResource | None") -> InstanceOwners:
    return InstanceOwnersTable(put(tables, schema.GATE)) if tables else FakeOwners()
