"""CleanUpMachine: an execution that ended past every Catch leaves nothing in progress: its failure is recorded.

Of the machines of tenants, workflows and the library. One that failed by its own failure path has recorded that.
"""

from functions.runtime.batch import BatchResponse
from functions.runtime.entry import entry
from functions.runtime.queue_events import QueueEvent, each_stopped_execution
from functions.runtime.wiring import Ports
from functions.services.reconciliation.failures import record_failure


@entry
def handler(event: QueueEvent, ports: Ports) -> BatchResponse:
    """Record the failure of each stopped execution, where nobody has."""
    onboarding = ports.settings.tenant_onboarding_arn
    return each_stopped_execution(event, lambda stopped: record_failure(stopped, onboarding, ports), ports.metrics)
