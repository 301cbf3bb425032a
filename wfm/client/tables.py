"""The tables of one deployment, by what is in them. Loaded with the first of them, since boto3 comes along."""

from typing import TYPE_CHECKING

from wfm.client.adapters.tps_records import TpsRecords
from wfm.store.chains_table import ChainsTable
from wfm.store.durations_table import DurationsTable
from wfm.store.executions_table import ExecutionsTable
from wfm.store.history import History
from wfm.store.library_records import LibraryRecords
from wfm.store.request_changes import RequestChanges
from wfm.store.requests_table import RequestsTable
from wfm.store.run_history import RunHistory
from wfm.store.schedule_records import ScheduleRecords
from wfm.store.semaphore_table import SemaphoreTable
from wfm.store.tenant_status import TenantStatusReader
from wfm.store.tenants_table import TenantsTable
from wfm.store.workflows_table import WorkflowsTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

    from wfm.client.deployment import Deployment


class Tables:
    """Making them asks nothing of AWS.

    `history` reads whole tables. `runs` are requests and AMC runs of a period, `tenant_status` is what `wfm status`
    reads, `request_changes` cancels requests, and `records` are the TPS records.
    """

    def __init__(self, dynamodb: "DynamoDBServiceResource", names: "Deployment") -> None:
        requests = dynamodb.Table(names.execution_requests_table)
        tenants = dynamodb.Table(names.tenants_table)
        self.tenants = TenantsTable(tenants)
        gate, workflows = dynamodb.Table(names.gate_table), dynamodb.Table(names.workflows_table)
        self.workflows, self.durations = WorkflowsTable(workflows), DurationsTable(gate, workflows)
        self.requests, self.request_changes = RequestsTable(requests, tenants), RequestChanges(requests)
        self.chains = ChainsTable(requests)
        self.executions = ExecutionsTable(dynamodb, dynamodb.Table(names.executions_table), requests)
        self.semaphores = SemaphoreTable(dynamodb, gate)
        self.runs, self.tenant_status = RunHistory(dynamodb, names), TenantStatusReader(dynamodb, names)
        self.history = History(dynamodb, names)
        self.library = LibraryRecords(dynamodb, names)
        self.schedules = ScheduleRecords(dynamodb.Table(names.schedules_table))
        self.records = TpsRecords(dynamodb.Table(names.customer_config_table))
