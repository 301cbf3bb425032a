"""What AWS services send to one another in the stack: each delivery with what the service says of itself to IAM.

The conditions are those that the service's own guide has in its example of a policy. EventBridge's has none for a key.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.infra.grants import Grants
from tests.infra.policies import ACCOUNT, REGION, Request, allows, resolved
from tests.infra.template import Template

Documents = list[dict[str, Any]]
EVENTS, CLOUDWATCH = "events.amazonaws.com", "cloudwatch.amazonaws.com"
SEND, START, PUBLISH, INVOKE = "sqs:SendMessage", "states:StartExecution", "sns:Publish", "lambda:InvokeFunction"
POLL_QUEUE = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
POLL_STREAM = ("dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams")


@dataclass(frozen=True)
class Delivery:
    """`requests` that AWS puts to `documents`, all of which must be allowed."""

    name: str
    documents: Documents
    requests: list[Request] = field(default_factory=list)

    def refused(self) -> list[str]:
        return [
            f"{self.name}: {request.action} {dict(request.context)}"
            for request in self.requests
            if not allows(self.documents, request)
        ]


@dataclass(frozen=True)
class Deliveries:
    """Of one template."""

    template: Template

    def all(self) -> Iterator[Delivery]:
        yield from self._of_rules()
        yield from self._of_schedules()
        yield from self._of_alarms()
        yield from self._of_mappings()

    def _of_rules(self) -> Iterator[Delivery]:
        for name, rule in self.template.properties("AWS::Events::Rule").items():
            source = {"aws:SourceArn": resolved({"Fn::GetAtt": [name, "Arn"]})}
            for target in rule["Targets"]:
                if "RoleArn" in target:
                    yield self._by_role(name, target, START)
                else:
                    yield self._to_queue(name, target["Arn"], source)
                yield self._to_queue(f"{name} undelivered", target["DeadLetterConfig"]["Arn"], source)

    def _to_queue(self, name: str, arn: Any, source: Mapping[str, str]) -> Delivery:
        queue = arn["Fn::GetAtt"][0]
        policies = self.template.properties("AWS::SQS::QueuePolicy").values()
        documents = [each["PolicyDocument"] for each in policies if {"Ref": queue} in each["Queues"]]
        requests = [Request(SEND, resolved(arn), {**source, "aws:SecureTransport": "true"}, EVENTS)]
        if "KmsMasterKeyId" in self.template.of_type("AWS::SQS::Queue")[queue]["Properties"]:
            documents.append(self._key_policy)
            requests += [Request(use, "the key", {}, EVENTS) for use in ("kms:GenerateDataKey", "kms:Decrypt")]
        return Delivery(f"{name} to {queue}", documents, requests)

    def _of_schedules(self) -> Iterator[Delivery]:
        for name, schedule in self.template.properties("AWS::Scheduler::Schedule").items():
            is_function = "Fn::GetAtt" in schedule["Target"]["Arn"]
            yield self._by_role(name, schedule["Target"], INVOKE if is_function else START)

    def _by_role(self, name: str, target: Mapping[str, Any], action: str) -> Delivery:
        role = target["RoleArn"]["Fn::GetAtt"][0]
        documents = Grants(self.template).documents_of(role)
        return Delivery(f"{name} as {role}", documents, [Request(action, resolved(target["Arn"]))])

    def _of_alarms(self) -> Iterator[Delivery]:
        topics = self.template.properties("AWS::SNS::TopicPolicy").values()
        documents = [*(each["PolicyDocument"] for each in topics), self._key_policy]
        for name, alarm in self.template.properties("AWS::CloudWatch::Alarm").items():
            source = {
                "aws:SourceAccount": ACCOUNT,
                "aws:SourceArn": f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:{alarm['AlarmName']}",
            }
            (topic,) = alarm["AlarmActions"]
            uses = [Request(use, "the key", source, CLOUDWATCH) for use in ("kms:GenerateDataKey", "kms:Decrypt")]
            yield Delivery(name, documents, [Request(PUBLISH, resolved(topic), source, CLOUDWATCH), *uses])

    def _of_mappings(self) -> Iterator[Delivery]:
        """Lambda polls, and sends what failed, with the rights of the function."""
        for name, mapping in self.template.properties("AWS::Lambda::EventSourceMapping").items():
            function = self.template.of_type("AWS::Lambda::Function")[mapping["FunctionName"]["Ref"]]
            documents = Grants(self.template).documents_of(function["Properties"]["Role"]["Fn::GetAtt"][0])
            source = resolved(mapping["EventSourceArn"])
            is_queue = mapping["EventSourceArn"]["Fn::GetAtt"][1] == "Arn"
            requests = [Request(action, source) for action in (POLL_QUEUE if is_queue else POLL_STREAM)]
            requests += self._key_uses("sqs" if is_queue else "dynamodb", "kms:Decrypt")
            if "DestinationConfig" in mapping:
                failures = mapping["DestinationConfig"]["OnFailure"]["Destination"]
                requests += [Request(SEND, resolved(failures)), *self._key_uses("sqs", "kms:GenerateDataKey")]
            yield Delivery(name, documents, requests)

    def _key_uses(self, service: str, *uses: str) -> list[Request]:
        key = resolved({"Fn::GetAtt": [next(iter(self.template.of_type("AWS::KMS::Key"))), "Arn"]})
        return [Request(use, key, {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}) for use in uses]

    @property
    def _key_policy(self) -> dict[str, Any]:
        return dict(self.template.only("AWS::KMS::Key")["Properties"]["KeyPolicy"])
