"""Whether the template lets a Lambda make a call: its role's policies, and the key of what it calls.

A call is `{"function", "action", "names"}`, as tests/e2e/recorder writes them down. Account and region of the emulator
stand for those of the template.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.infra.policies import ACCOUNT, REGION, Request, allows, resolved
from tests.infra.template import Template, as_list

Call = Mapping[str, Any]
# Operations of the API whose actions have other names (Service Authorization Reference).
RENAMED = {
    "s3:HeadObject": "s3:GetObject",
    "s3:ListObjectsV2": "s3:ListBucket",
    **dict.fromkeys(("s3:CreateMultipartUpload", "s3:UploadPart", "s3:CompleteMultipartUpload"), "s3:PutObject"),
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:PutBucketNotificationConfiguration": "s3:PutBucketNotification",
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
NEEDS_NO_GRANT = {"sts:GetCallerIdentity"}
# What a caller needs of the key of an encrypted resource (developer guides of each service, "Key management").
KEY_USES = {
    "dynamodb": {"": ["kms:Decrypt"]},
    "secretsmanager": {"secretsmanager:GetSecretValue": ["kms:Decrypt"]},
    "sqs": {"sqs:SendMessage": ["kms:GenerateDataKey", "kms:Decrypt"], "sqs:ReceiveMessage": ["kms:Decrypt"]},
    "sns": {"sns:Publish": ["kms:GenerateDataKey", "kms:Decrypt"]},
    "s3": {"s3:PutObject": ["kms:GenerateDataKey", "kms:Decrypt"], "s3:GetObject": ["kms:Decrypt"]},
}
PREFIX = "wfm-demoteam-amcdataset"
CONSUMER = f"{PREFIX}-StartExecution"  # of every mapping that is made
_GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}"
_ACCOUNT = re.compile(r":\d{12}:")


@dataclass(frozen=True)
class Grants:
    """Of one template; `missing(call)` are the requests to AWS that it would refuse."""

    template: Template

    def missing(self, call: Call) -> list[Request]:
        documents = self._documents(call["function"])
        return [request for request in self.requests(call) if not allows(documents, request)]

    def refuses(self, function: str, action: str, resource: str, **context: str) -> bool:
        return not allows(self._documents(function), Request(action, resource, context))

    def granted(self) -> set[tuple[str, str]]:
        """Each function with each action that its role may do; a pattern stays one."""
        return {
            (function, action)
            for function in self._roles
            for document in self._documents(function)
            for statement in document["Statement"]
            for action in as_list(statement["Action"])
        }

    def requests(self, call: Call) -> Iterator[Request]:
        """What IAM is asked before the call is done, in the order in which it is."""
        action = RENAMED.get(call["action"], str(call["action"]))
        if action in NEEDS_NO_GRANT or not self._is_there(call["names"]):
            return
        service, names = action.partition(":")[0], call["names"]
        for resource in self._resources(service, names):
            yield Request(action, resource, _context(action, names))
        if action in ("scheduler:CreateSchedule", "scheduler:UpdateSchedule"):
            yield Request("iam:PassRole", _own(names["RoleArn"]), {"iam:PassedToService": "scheduler.amazonaws.com"})
        uses = KEY_USES.get(service, {})
        for use in uses.get(action, uses.get("", [])):
            yield Request(use, self._key, {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"})

    def _resources(self, service: str, names: Mapping[str, str]) -> Iterator[str]:
        """Of a table of Glue the catalog and the database are asked about as well."""
        if service == "glue":
            yield from (f"{_GLUE}:{part}" for part in ("catalog", f"database/{names['DatabaseName']}"))
        yield self._resource(service, names)

    def _resource(self, service: str, names: Mapping[str, str]) -> str:
        """Its ARN as the policies have it once they are resolved."""
        special = {"dynamodb": self._table, "states": self._machine, "sns": self._topic, "secretsmanager": self._secret}
        special["s3"] = self._object
        return special[service](names) if service in special else ARNS[service](names)

    def _table(self, names: Mapping[str, str]) -> str:
        return f"arn:of:{_logical_id(names['TableName'])}" + (
            f"/index/{names['IndexName']}" if "IndexName" in names else ""
        )

    def _is_there(self, names: Mapping[str, str]) -> bool:
        """A test may send a Lambda to a table that nobody has."""
        tables = self.template.of_type("AWS::DynamoDB::Table")
        return "TableName" not in names or _logical_id(names["TableName"]) in tables

    def _topic(self, names: Mapping[str, str]) -> str:
        name = names["TopicArn"].rpartition(":")[2]
        topics = self.template.properties("AWS::SNS::Topic").items()
        known = next((f"<{logical_id}>" for logical_id, topic in topics if topic["TopicName"] == name), None)
        return known or f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"

    def _object(self, names: Mapping[str, str]) -> str:
        """An object, or a bucket: one of the stack's own by its logical id, of which CloudFormation makes the name."""
        own = (one for one in self.template.of_type("AWS::S3::Bucket") if one.lower() in names["Bucket"])
        bucket = next((f"arn:of:{one}" for one in own), f"arn:aws:s3:::{names['Bucket']}")
        return f"{bucket}/{names['Key']}" if "Key" in names else bucket

    def _secret(self, _: Mapping[str, str]) -> str:
        return f"<{next(iter(self.template.of_type('AWS::SecretsManager::Secret')))}>"

    def _machine(self, names: Mapping[str, str]) -> str:
        """A task token does not say whose it is: only the lifecycle's are answered."""
        arn = names.get("stateMachineArn") or names.get("executionArn")
        return _own(arn or f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{PREFIX}-execution_lifecycle")

    @cached_property
    def _key(self) -> str:
        return f"arn:of:{next(iter(self.template.of_type('AWS::KMS::Key')))}"

    @cached_property
    def _roles(self) -> dict[str, str]:
        functions = self.template.properties("AWS::Lambda::Function").values()
        return {
            function["FunctionName"]: function["Role"]["Fn::GetAtt"][0]
            for function in functions
            if "FunctionName" in function
        }

    def _documents(self, function: str) -> list[dict[str, Any]]:
        return self.documents_of(self._roles[function])

    def documents_of(self, role: str) -> list[dict[str, Any]]:
        """The policies of a role, by its logical id."""
        inline = self.template.of_type("AWS::IAM::Role")[role]["Properties"].get("Policies", [])
        attached = [
            policy["PolicyDocument"]
            for policy in self.template.properties("AWS::IAM::Policy").values()
            if {"Ref": role} in policy["Roles"]
        ]
        return [resolved(document) for document in [*(each["PolicyDocument"] for each in inline), *attached]]


def _logical_id(table: str) -> str:
    """CloudFormation names a table after stack and logical id, and adds something of its own."""
    return table.rpartition("-")[0].rpartition("-")[2]


def _own(arn: str) -> str:
    return _ACCOUNT.sub(f":{ACCOUNT}:", arn)


def _context(action: str, names: Mapping[str, str]) -> dict[str, str]:
    if not action.startswith("lambda:") or action == "lambda:ListEventSourceMappings":
        return {}
    consumer = names.get("FunctionName") or CONSUMER
    return {"lambda:FunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{consumer}"}


def _queue(names: Mapping[str, str]) -> str:
    return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{names.get('QueueName') or names['QueueUrl'].rpartition('/')[2]}"


ARNS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "sqs": _queue,
    "scheduler": lambda names: f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/{names['GroupName']}/{names['Name']}",
    "events": lambda _: f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default",
    "glue": lambda names: f"{_GLUE}:table/{names['DatabaseName']}/{names.get('Name', 'any')}",
    "sts": lambda names: _own(names["RoleArn"]),
    "lambda": lambda _: f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:any",
}
