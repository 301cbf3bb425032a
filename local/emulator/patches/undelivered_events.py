"""What a rule or a schedule cannot deliver is counted, and goes to the target's dead letter queue.

AWS: a target that is not there, or a queue whose policy does not let EventBridge send, fails for good at once: the rule
writes `FailedInvocations` (AWS/Events, by `RuleName`), and the target's `DeadLetterConfig` gets the event, with the
error in attributes (EventBridge guide, "Monitoring Amazon EventBridge", "Using dead-letter queues to process
undelivered events", "Using resource-based policies"; Scheduler guide, "Configuring a dead-letter queue").
The package: drops it, and sends to a queue whatever its policy says.
Mended: of a queue's policy counts whom a statement names, what it allows, and `aws:SourceArn`; a Deny with conditions
is left aside, for the stack's are about other callers. Roles are left aside too.
"""

# ruff: noqa: SLF001

import json
from collections.abc import Callable
from typing import Any, Final

from local.emulator.patches.rewrite import module, replace_name

EVENTS: Final = "events.amazonaws.com"
NO_RESOURCE: Final = "NO_RESOURCE"
NO_PERMISSIONS: Final = "NO_PERMISSIONS"

Document = dict[str, Any]


def apply() -> None:
    replace_name(module("services.eventbridge"), "_invoke_target", telling)


def telling(invoke: Callable[..., None]) -> Callable[..., None]:
    def invoke_or_tell(target: Document, event: Document, source: Document, view: Any = None) -> None:
        """`source` is a rule or a schedule."""
        rule = None if event.get("Source") == "aws.scheduler" else source
        error = refusal(target["Arn"], rule)
        if error is None:
            invoke(target, event, source, view)
            return
        if rule:
            count("FailedInvocations", rule)
        body = target["Input"] if "Input" in target else whole(event, view)
        _bury(target, rule, source["Arn"], error, body)

    return invoke_or_tell


def refusal(arn: str, rule: Document | None) -> str | None:
    """Why the target cannot be reached; of kinds that WFM does not have, nothing is known."""
    service = arn.split(":")[2]
    if service == "sqs":
        queue = module("services.sqs")._queue_by_arn(arn)
        if queue is None:
            return NO_RESOURCE
        policy = queue["attributes"].get("Policy")
        return None if rule is None or lets_send(policy, rule["Arn"]) else NO_PERMISSIONS
    if service == "states":
        known = module("services.stepfunctions")._resolve_state_machine_arn(arn)
    elif service == "lambda":
        known = module("services.lambda_svc")._get_func_record_for_ref(arn)[0]
    else:
        return None
    return None if known else NO_RESOURCE


def lets_send(policy: str | None, rule_arn: str) -> bool:
    """Whether a queue's policy lets EventBridge send for this rule."""
    statements = json.loads(policy)["Statement"] if policy else []
    about = [each for each in statements if _names_events(each) and _is_of(each, rule_arn)]
    effects = {each["Effect"] for each in about if each["Effect"] == "Allow" or "Condition" not in each}
    return effects == {"Allow"}


def _names_events(statement: Document) -> bool:
    principal = statement["Principal"]
    services = _list(principal.get("Service", [])) if isinstance(principal, dict) else []
    is_anyone = principal == "*" or (isinstance(principal, dict) and "*" in _list(principal.get("AWS", [])))
    return (is_anyone or EVENTS in services) and bool({"sqs:SendMessage", "sqs:*"} & set(_list(statement["Action"])))


def _is_of(statement: Document, rule_arn: str) -> bool:
    sources = [tests["aws:SourceArn"] for tests in statement.get("Condition", {}).values() if "aws:SourceArn" in tests]
    return all(rule_arn in _list(source) for source in sources)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def count(metric: str, rule: Document) -> None:
    module("services.cloudwatch").record_metric("AWS/Events", metric, 1, "Count", {"RuleName": rule["Name"]})


def whole(event: Document, view: Any) -> str:
    eventbridge = module("services.eventbridge")
    return json.dumps((view or eventbridge._pattern_event_view(event)).event_with_detail())


def _bury(target: Document, rule: Document | None, source_arn: str, error: str, body: str) -> None:
    arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if arn is None:
        return
    if refusal(arn, rule):
        if rule:
            count("InvocationsFailedToBeSentToDlq", rule)
        return
    source = "RULE_ARN" if rule else "SCHEDULE_ARN"
    values = {source: source_arn, "TARGET_ARN": target["Arn"], "ERROR_CODE": error}
    attributes = {name: {"DataType": "String", "StringValue": value} for name, value in values.items()}
    sqs = module("services.sqs")
    url = sqs._queue_by_arn(arn)["url"]
    sqs._act_send_message({"QueueUrl": url, "MessageBody": body, "MessageAttributes": attributes}, url)
    if rule:
        count("InvocationsSentToDlq", rule)
