"""AWS by moto, inside this process; AMC and Login with Amazon by a scripted server on loopback."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
import urllib3

from functions.amc.api import AmcApi
from functions.aws.queues import TenantQueues
from tests import emulated_aws
from tests.adapters.amc_calls import Tokens, through_ads_api
from tests.adapters.queue_contents import FUNCTION, KEY, PREFIX
from tests.adapters.scripted_server import ScriptedServer
from tests.adapters.stale_reads import StaleReads
from tests.tables import put
from wfm.store import schema
from wfm.store.executions_table import ExecutionsTable
from wfm.store.requests_table import RequestsTable
from wfm.store.semaphore_table import SemaphoreTable
from wfm.store.tenants_table import TenantsTable
from wfm.store.workflows_table import WorkflowsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource, Table
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_sqs import SQSClient


@pytest.fixture(scope="module", autouse=True)
def moto() -> Iterator[None]:
    with emulated_aws.started():
        yield


@pytest.fixture(autouse=True)
def aws(moto: None) -> None:
    """An empty account for each test."""
    emulated_aws.empty()


@pytest.fixture(scope="session")
def session() -> boto3.Session:
    """One for all tests: a session reads botocore's models anew, which takes longer than most tests."""
    return boto3.Session(region_name="us-east-1", aws_access_key_id="test", aws_secret_access_key="test")


@pytest.fixture(scope="session")
def dynamodb(session: boto3.Session) -> "DynamoDBServiceResource":
    """Stores must ask for consistent reads, and so must a test that looks into a table itself."""
    dynamodb = session.resource("dynamodb")
    StaleReads(dynamodb)
    return dynamodb


@pytest.fixture
def requests_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.REQUESTS)


@pytest.fixture
def executions_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.EXECUTIONS)


@pytest.fixture
def tenants_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.TENANTS)


@pytest.fixture
def library_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.WORKFLOW_LIBRARY)


@pytest.fixture
def workflows_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.WORKFLOWS)


@pytest.fixture
def gate_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.GATE)


@pytest.fixture
def customer_config_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.CUSTOMER_CONFIG)


@pytest.fixture
def tokens_rows(dynamodb: "DynamoDBServiceResource") -> "Table":
    return put(dynamodb, schema.ACCESS_TOKENS)


@pytest.fixture
def requests(requests_rows: "Table", tenants_rows: "Table") -> RequestsTable:
    return RequestsTable(requests_rows, tenants_rows)


@pytest.fixture
def executions(
    dynamodb: "DynamoDBServiceResource", executions_rows: "Table", requests_rows: "Table"
) -> ExecutionsTable:
    return ExecutionsTable(dynamodb, executions_rows, requests_rows)


@pytest.fixture
def tenants(tenants_rows: "Table") -> TenantsTable:
    return TenantsTable(tenants_rows)


@pytest.fixture
def workflows(workflows_rows: "Table") -> WorkflowsTable:
    return WorkflowsTable(workflows_rows)


@pytest.fixture
def semaphores(dynamodb: "DynamoDBServiceResource", gate_rows: "Table") -> SemaphoreTable:
    return SemaphoreTable(dynamodb, gate_rows)


@pytest.fixture(scope="session")
def sqs(session: boto3.Session) -> "SQSClient":
    return session.client("sqs")


@pytest.fixture(scope="session")
def lambda_client(session: boto3.Session) -> "LambdaClient":
    return session.client("lambda")


@pytest.fixture(scope="session")
def iam(session: boto3.Session) -> "IAMClient":
    return session.client("iam")


@pytest.fixture
def queues(sqs: "SQSClient", lambda_client: "LambdaClient") -> TenantQueues:
    return TenantQueues(sqs, lambda_client, PREFIX, KEY, FUNCTION)


@pytest.fixture
def start_execution(lambda_client: "LambdaClient", iam: "IAMClient") -> str:
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    function = lambda_client.create_function(
        FunctionName=FUNCTION, Runtime="python3.13", Role=role, Handler="a.b", Code={"ZipFile": b"code"}
    )
    return function["FunctionArn"]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def http() -> Iterator[urllib3.PoolManager]:
    """A client that waits for less than a test does."""
    client = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=2, read=10))
    yield client
    client.clear()


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def amc(server: ScriptedServer, http: urllib3.PoolManager, tokens: Tokens) -> AmcApi:
    return through_ads_api(http, tokens, {"NA": server.url})
