import json
from typing import Any

from tests.infra.template import Resource, Template, as_list

KNOWN_REASON = 20  # characters; a shorter text gives no reason


def test_every_wildcard_in_a_role_states_its_reason(template: Template) -> None:
    wildcards = [
        (name, resource)
        for name, resource, statement in template.statements()
        if statement["Effect"] == "Allow" and "*" in json.dumps([statement["Action"], statement.get("Resource")])
    ]

    assert wildcards
    assert [name for name, resource in wildcards if not _reasons(resource, "AwsSolutions-IAM5")] == []


def test_no_role_may_do_everything_to_a_service(template: Template) -> None:
    actions = [action for _, _, statement in template.statements() for action in as_list(statement["Action"])]

    assert [action for action in actions if action == "*" or action.endswith(":*")] == []


def test_no_role_uses_a_policy_managed_by_aws(template: Template) -> None:
    assert [role for role in template.properties("AWS::IAM::Role").values() if role.get("ManagedPolicyArns")] == []


def test_the_key_is_rotated_and_outlives_the_stack(template: Template) -> None:
    key = template.only("AWS::KMS::Key")

    assert key["Properties"]["EnableKeyRotation"] is True
    assert (key["DeletionPolicy"], key["UpdateReplacePolicy"]) == ("RetainExceptOnCreate", "Retain")


def test_aws_services_use_the_key_only_for_this_stack(template: Template) -> None:
    statements = template.only("AWS::KMS::Key")["Properties"]["KeyPolicy"]["Statement"]
    services = [statement for statement in statements if "Service" in statement["Principal"]]

    (unnamed,) = [one for one in services if one["Principal"] == {"Service": "events.amazonaws.com"}]
    assert "Condition" not in unnamed, "EventBridge does not tell KMS whose event it is"
    services.remove(unnamed)
    assert len(services) == 3
    for statement in services:
        assert ":wfm-demoteam-amcdataset-" in json.dumps(statement["Condition"]).replace("/", ":")
        assert not any(action.startswith("kms:Create") for action in as_list(statement["Action"]))


def test_no_credential_passes_through_the_template(template: Template) -> None:
    secret = template.only("AWS::SecretsManager::Secret")["Properties"]

    assert not {"SecretString", "GenerateSecretString"} & secret.keys()
    assert "KmsKeyId" in secret


def test_topics_are_encrypted_and_reached_over_tls_alone(template: Template) -> None:
    topics, policies = template.properties("AWS::SNS::Topic"), template.properties("AWS::SNS::TopicPolicy")

    assert len(topics) == len(policies) == 2
    assert all("KmsMasterKeyId" in topic for topic in topics.values())
    for policy in policies.values():
        statements = policy["PolicyDocument"]["Statement"]
        assert [_denies_plain_text(statement) for statement in statements].count(True) == 1


def test_what_aws_services_may_send_comes_from_this_account(template: Template) -> None:
    kinds = ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")
    sending = [
        statement
        for kind in kinds
        for policy in template.properties(kind).values()
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
    ]

    # CloudWatch's alarms, three rules for the ends of executions, one for runs, and what five rules could not deliver
    assert len(sending) == 10
    assert all("aws:Source" in json.dumps(statement["Condition"]) for statement in sending)


def _reasons(resource: Resource, rule: str) -> list[str]:
    accepted = resource.get("Metadata", {}).get("cdk_nag", {}).get("rules_to_suppress", [])
    return [one["reason"] for one in accepted if one["id"].startswith(rule) and len(one["reason"]) >= KNOWN_REASON]


def _denies_plain_text(statement: dict[str, Any]) -> bool:
    return (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
