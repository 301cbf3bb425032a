"""The stream of CustomerConfig: each change of a TPS record starts `tenant_onboarding` once."""

from typing import Any

from aws_lambda_powertools.utilities.batch import EventType

from functions.runtime.batch import each_record
from functions.runtime.entry import entry
from functions.runtime.wiring import Ports
from wfm.model.execution_names import event_execution_name


@entry
def handler(event: dict[str, Any], ports: Ports) -> Any:
    """A batch of stream records."""

    def start(record: Any) -> None:
        customer_id = record["dynamodb"]["Keys"]["customerId"]["S"]
        name = event_execution_name(record["eventID"], customer_id)
        document = {"customerId": customer_id, "eventName": record["eventName"]}
        ports.tasks.start(ports.settings.tenant_onboarding_arn, name, document)

    return each_record(event, EventType.DynamoDBStreams, start)
