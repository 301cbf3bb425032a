"""What lets a rule of EventBridge send to a queue."""

import json
from collections.abc import Mapping


def for_rule(queue_arn: str, rule_arn: str) -> dict[str, str]:
    """The queue's attributes."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": rule_arn}},
    }
    return of(statement)


def without_events(queue_arn: str) -> dict[str, str]:
    """The queue's attributes, when no rule may send."""
    principal = {"Service": "events.amazonaws.com"}
    return of({"Effect": "Deny", "Principal": principal, "Action": "sqs:SendMessage", "Resource": queue_arn})


def of(statement: Mapping[str, object]) -> dict[str, str]:
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}
