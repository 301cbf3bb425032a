"""What an update must not touch in a deployed stack; `python -m tests.infra.released TEMPLATE.json` writes it anew."""

import json
import sys
from pathlib import Path
from typing import Any, Final

from tests.infra.template import Template, readable

FILE: Final = Path(__file__).parent / "released.json"
# A change of one of these properties replaces the resource, its key or its stream (CloudFormation's reference).
REPLACED_BY: Final = {
    "AWS::DynamoDB::Table": ("KeySchema", "TableName", "SSESpecification", "StreamSpecification"),
    "AWS::KMS::Alias": ("AliasName",),
    "AWS::KMS::Key": (),
    "AWS::Lambda::EventSourceMapping": ("EventSourceArn", "StartingPosition"),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SNS::Topic": ("TopicName",),
    "AWS::SQS::Queue": ("QueueName", "FifoQueue"),
    "AWS::Scheduler::ScheduleGroup": ("Name",),
    "AWS::SecretsManager::Secret": ("Name",),
    "AWS::StepFunctions::StateMachine": ("StateMachineName", "StateMachineType"),
}
NAMES: Final = (
    *("AlarmName", "AliasName", "DashboardName", "FunctionName", "LogGroupName", "ManagedPolicyName", "Name"),
    *("QueueName", "RoleName", "StateMachineName", "TopicName"),
)
USES_THE_NAME_OF_ANOTHER: Final = ("AWS::Lambda::EventSourceMapping", "AWS::Lambda::Permission")


def stateful(template: Template) -> dict[str, Any]:
    """By logical id: the type, what would replace the resource, and what becomes of it when it leaves the stack."""
    return {
        name: {
            "Type": resource["Type"],
            "Properties": {
                key: readable(resource["Properties"][key])
                for key in REPLACED_BY[resource["Type"]]
                if key in resource["Properties"]
            },
            "Policies": [_policy(resource.get("DeletionPolicy")), resource.get("UpdateReplacePolicy")],
        }
        for name, resource in sorted(template.content["Resources"].items())
        if resource["Type"] in REPLACED_BY
    }


def _policy(of_deletion: str | None) -> str | None:
    """RetainExceptOnCreate keeps what is deployed as Retain does; a first deployment that fails it takes back."""
    return "Retain" if of_deletion == "RetainExceptOnCreate" else of_deletion


def named(template: Template) -> dict[str, str]:
    """Whose each name is that WFM gives: `type name` -> logical id."""
    return {
        f"{resource['Type']} {readable(resource['Properties'][key])}": logical_id
        for logical_id, resource in sorted(template.content["Resources"].items())
        for key in NAMES
        if key in resource.get("Properties", {}) and resource["Type"] not in USES_THE_NAME_OF_ANOTHER
    }


if __name__ == "__main__":
    read = Template.read(Path(sys.argv[1]))
    FILE.write_text(json.dumps({"stateful": stateful(read), "names": named(read)}, indent=1) + "\n")
