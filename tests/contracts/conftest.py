"""Each store twice: as it is, on a DynamoDB whose plain reads are stale, and as the fake that stands in for it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pytest

from functions.ports import (
    AccountSlots,
    Chains,
    CustomerConfig,
    Executions,
    InstanceOwners,
    LearntDurations,
    Library,
    Requests,
    Schedules,
    Semaphores,
    Sweeps,
    Tenants,
    Workflows,
)
from tests.adapters.conftest import aws, dynamodb, moto, session  # noqa: F401 (fixtures)
from tests.fakes import (
    FakeAccountSlots,
    FakeChains,
    FakeCustomerConfig,
    FakeDurations,
    FakeExecutions,
    FakeLibrary,
    FakeOwners,
    FakeRequests,
    FakeSchedules,
    FakeSemaphores,
    FakeSweeps,
    FakeTenants,
    FakeWorkflows,
)
from tests.tables import key_schema, put
from wfm.store import schema
from wfm.store.account_slots import AccountSlotsTable
from wfm.store.chains_table import ChainsTable
from wfm.store.customer_config import CustomerConfigTable
from wfm.store.durations_table import DurationsTable
from wfm.store.executions_table import ExecutionsTable
from wfm.store.instance_owners import InstanceOwnersTable
from wfm.store.library_table import LibraryTable
from wfm.store.requests_table import RequestsTable
from wfm.store.schedules_table import SchedulesTable
from wfm.store.semaphore_table import SemaphoreTable
from wfm.store.sweeps_table import SweepsTable
from wfm.store.tenants_table import TenantsTable
from wfm.store.workflows_table import WorkflowsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table


@pytest.fixture(params=["store", "fake"])
def tables(request: pytest.FixtureRequest) -> "DynamoDBServiceResource | None":
    """Where the stores keep their rows; None for the fakes, which need nothing."""
    found: DynamoDBServiceResource | None = request.getfixturevalue("dynamodb") if request.param == "store" else None
    return found


@pytest.fixture
def semaphores(tables: "DynamoDBServiceResource | None") -> Semaphores:
    return SemaphoreTable(tables, put(tables, schema.GATE)) if tables else FakeSemaphores()


@pytest.fixture
def sweeps(tables: "DynamoDBServiceResource | None") -> Sweeps:
    return SweepsTable(put(tables, schema.GATE)) if tables else FakeSweeps()


@pytest.fixture
def requests(tables: "DynamoDBServiceResource | None", tenants: Tenants) -> Requests:
    if isinstance(tenants, FakeTenants):
        return FakeRequests(tenants)
    assert tables
    return RequestsTable(put(tables, schema.REQUESTS), tables.Table(schema.TENANTS.name))


@pytest.fixture
def chains(tables: "DynamoDBServiceResource | None") -> Chains:
    return ChainsTable(put(tables, schema.REQUESTS)) if tables else FakeChains()


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
def durations(tables: "DynamoDBServiceResource | None", workflows: Workflows) -> LearntDurations:
    if isinstance(workflows, FakeWorkflows):
        return FakeDurations(workflows)
    assert tables
    return DurationsTable(put(tables, schema.GATE), tables.Table(schema.WORKFLOWS.name))


@pytest.fixture
def account_slots(tables: "DynamoDBServiceResource | None") -> AccountSlots:
    return AccountSlotsTable(put(tables, schema.GATE)) if tables else FakeAccountSlots()


@pytest.fixture
def owners(tables: "DynamoDBServiceResource | None") -> InstanceOwners:
    return InstanceOwnersTable(put(tables, schema.GATE)) if tables else FakeOwners()


@pytest.fixture
def schedules(tables: "DynamoDBServiceResource | None") -> Schedules:
    return SchedulesTable(put(tables, schema.SCHEDULES)) if tables else FakeSchedules()


@pytest.fixture
def library(tables: "DynamoDBServiceResource | None") -> Library:
    return LibraryTable(put(tables, schema.WORKFLOW_LIBRARY)) if tables else FakeLibrary()


@pytest.fixture
def write_record(library: Library, tables: "DynamoDBServiceResource | None") -> Callable[[Mapping[str, Any]], object]:
    """People write records of the library, WFM only its own fields of them."""
    if isinstance(library, FakeLibrary):
        return library.put
    assert tables
    rows = tables.Table(schema.WORKFLOW_LIBRARY.name)
    return lambda record: rows.put_item(Item=record)


@pytest.fixture
def tps_rows(tables: "DynamoDBServiceResource | None") -> "Table | None":
    """The table of a predecessor's Tenant Provisioning Service has the name in its key; None for the fake."""
    if tables is None:
        return None
    return tables.create_table(
        TableName="TenantProvisioning",
        KeySchema=key_schema(("customerId", "customerName")),
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("customerId", "customerName")],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def customer_config(tps_rows: "Table | None") -> CustomerConfig:
    return CustomerConfigTable(tps_rows) if tps_rows else FakeCustomerConfig()


@pytest.fixture
def provision(customer_config: CustomerConfig, tps_rows: "Table | None") -> Callable[[Mapping[str, Any]], object]:
    """The Tenant Provisioning Service writes the records, WFM none of them."""
    if isinstance(customer_config, FakeCustomerConfig):
        return customer_config.put
    return lambda record: tps_rows.put_item(Item=record) if tps_rows else None
