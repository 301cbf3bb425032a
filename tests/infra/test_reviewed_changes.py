"""Changes that a reviewer must not miss, each in the line that shows it."""

import copy
import difflib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.infra.review.pages import pages
from tests.infra.review.stack import Stack
from tests.infra.template import Resource

Content = dict[str, Any]


@pytest.fixture
def changed(stack: Stack, accepted: dict[str, str]) -> Callable[[Callable[[Content], None]], set[str]]:
    """The lines that differ once a function has changed the template's resources: `file: -line`, `file: +line`."""

    def lines(change: Callable[[Content], None]) -> set[str]:
        content = copy.deepcopy(stack.content)
        change(content["Resources"])
        return set(_differences(accepted, pages(Stack(content, stack.names))))

    return lines


def _differences(before: dict[str, str], after: dict[str, str]) -> Iterator[str]:
    for name in before.keys() | after.keys():
        old, new = (texts.get(name, "").splitlines() for texts in (before, after))
        for line in list(difflib.unified_diff(old, new, n=0))[2:]:
            if line[0] in "+-" and line[1:].strip():
                yield f"{name}: {line[0]}{line[1:].strip()}"


def _find(resources: Content, start: str, kind: str) -> Resource:
    """The one resource of that kind whose logical id starts so."""
    found: list[Resource] = [
        resource for name, resource in resources.items() if name.startswith(start) and resource["Type"].endswith(kind)
    ]
    [resource] = found
    return resource


def _statements(resources: Content, start: str) -> list[dict[str, Any]]:
    statements: list[dict[str, Any]] = _find(resources, start, "Policy")["Properties"]["PolicyDocument"]["Statement"]
    return statements


def _state(resources: Content, machine: str, state: str) -> dict[str, Any]:
    properties = _find(resources, machine, "StateMachine")["Properties"]
    found: dict[str, Any] = properties["DefinitionString"]["States"][state]
    return found


Changed = Callable[[Callable[[Content], None]], set[str]]


def test_an_added_permission_shows(changed: Changed) -> None:
    statement = {"Effect": "Allow", "Action": "dynamodb:DeleteTable", "Resource": "*"}

    lines = changed(lambda all_: _statements(all_, "LifecyclePollExecutionRoleDefault").append(statement))

    assert lines == {"lifecycle: +may dynamodb:DeleteTable on *"}


def test_a_wider_permission_shows(changed: Changed) -> None:
    def widen(resources: Content) -> None:
        [statement] = [
            each for each in _statements(resources, "SyncingRecordSyncFailureRoleDefault") if "Workflows" in str(each)
        ]
        statement["Resource"] = "*"

    lines = changed(widen)

    assert "syncing: +may dynamodb:GetItem,UpdateItem on *" in lines
    assert "syncing: -may dynamodb:GetItem,UpdateItem on Tables/Workflows" in lines


def test_a_permission_that_everybody_has_is_missed_where_it_is_gone(changed: Changed) -> None:
    lines = changed(lambda all_: _statements(all_, "LifecyclePollExecutionTracing").clear())

    traces = "xray:GetSamplingRules,GetSamplingTargets,PutTelemetryRecords,PutTraceSegments"
    assert lines == {f"lifecycle: +without may {traces} on *"}


def test_a_removed_condition_shows(changed: Changed) -> None:
    def remove(resources: Content) -> None:
        for statement in _statements(resources, "SchedulingApplyScheduleRoleDefault"):
            statement.pop("Condition", None)

    lines = changed(remove)

    passing = "may iam:PassRole on arn:iam::<AWS::AccountId>:role/wfm/{prefix}-Scheduler"
    assert f"scheduling: +{passing}" in lines


def test_a_role_that_another_service_may_take_shows(changed: Changed) -> None:
    def let(resources: Content) -> None:
        role = _find(resources, "LifecyclePollExecutionRole", "Role")["Properties"]
        role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = {"Service": "ec2.amazonaws.com"}

    lines = changed(let)

    assert "lifecycle: +Role: Service ec2.amazonaws.com may sts:AssumeRole" in lines
    assert "lifecycle: +Role: without Service lambda.amazonaws.com may sts:AssumeRole" in lines


def test_a_policy_that_is_given_to_another_role_names_it(changed: Changed) -> None:
    def give(resources: Content) -> None:
        policy = _find(resources, "LifecyclePollExecutionRoleDefault", "Policy")["Properties"]
        policy["Roles"].append("Everybody")

    lines = changed(give)

    whom = "Ref({self}Role), Everybody"
    assert (
        f"lifecycle: +Role/DefaultPolicy: {whom} may dynamodb:GetItem,PutItem,UpdateItem on Tables/AccessTokens"
        in lines
    )


def test_an_accepted_finding_shows(changed: Changed) -> None:
    rules = [{"id": "AwsSolutions-L1", "reason": "Because."}]

    lines = changed(
        lambda all_: _find(all_, "EncryptionKey", "Key").update(Metadata={"cdk_nag": {"rules_to_suppress": rules}})
    )

    assert lines == {"encryption: +accepted AwsSolutions-L1: Because."}


def test_a_removed_alarm_shows(changed: Changed) -> None:
    lines = changed(lambda all_: all_.pop(next(name for name in all_ if name.endswith("WFMSlotWaitHighE3B8B3CE"))))

    assert lines == {
        "monitoring: -CloudWatch::Alarm Facade/{prefix}-WFM-SlotWait-High: Seconds a request waited for a slot",
        "monitoring: -Maximum of WFM SlotWait (deployment = {prefix}) > 21600 in 1 of 1 periods of 300 s",
    }


def test_another_threshold_shows(changed: Changed) -> None:
    lines = changed(lambda all_: _alarm(all_, "SlotWait").update(Threshold=7))

    assert "monitoring: +Maximum of WFM SlotWait (deployment = {prefix}) > 7 in 1 of 1 periods of 300 s" in lines


def _alarm(resources: Content, metric: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [each["Properties"] for each in resources.values() if "Properties" in each]
    [alarm] = [properties for properties in found if properties.get("MetricName") == metric]
    return alarm


def test_an_alarm_that_tells_nobody_shows(changed: Changed) -> None:
    lines = changed(lambda all_: _alarm(all_, "SlotWait").update(AlarmActions=[]))

    assert lines == {"monitoring: +AlarmActions: []"}


def test_another_key_of_a_table_shows(changed: Changed) -> None:
    def sort_by_nothing(resources: Content) -> None:
        _find(resources, "TablesGate", "Table")["Properties"]["KeySchema"].pop()

    lines = changed(sort_by_nothing)

    assert lines == {
        "tables: -key: customerId (S, HASH), sk (S, RANGE)",
        "tables: +key: customerId (S, HASH)",
        "tables: +attribute sk (S) of no key",
    }


def test_a_table_that_is_not_kept_shows(changed: Changed) -> None:
    lines = changed(lambda all_: _find(all_, "TablesGate", "Table").update(DeletionPolicy="Delete"))

    assert lines == {"tables: +DeletionPolicy: Delete"}


def test_another_logical_id_of_a_table_shows(changed: Changed) -> None:
    def rename(resources: Content) -> None:
        [old] = [name for name in resources if name.startswith("TablesGate")]
        resources["TablesGate2"] = resources.pop(old)

    lines = changed(rename)

    assert "tables: -DynamoDB::Table Gate [TablesGate399EB8CC]" in lines
    assert "stack: +DynamoDB::Table TablesGate2 [TablesGate2]" in lines


def test_another_retry_shows(changed: Changed) -> None:
    def retry(resources: Content) -> None:
        _state(resources, "LifecycleExecutionLifecycle", "ReleaseSlot")["Retry"][1]["MaxAttempts"] = 3

    lines = changed(retry)

    assert lines == {
        "lifecycle: -retry 2: 1000 times, 2 s x 2 up to 60 s, jitter FULL",
        "lifecycle: +retry 2: 3 times, 2 s x 2 up to 60 s, jitter FULL",
    }


def test_an_error_that_is_repeated_shows(changed: Changed) -> None:
    def repeat(resources: Content) -> None:
        _state(resources, "LifecycleExecutionLifecycle", "ReleaseSlot")["Retry"][0]["ErrorEquals"] = ["AmcRefused"]

    lines = changed(repeat)

    assert lines == {"lifecycle: +retry 1 for: [AmcRefused]"}


def test_a_removed_catch_shows(changed: Changed) -> None:
    lines = changed(lambda all_: _state(all_, "LifecycleExecutionLifecycle", "PrepareExecution").pop("Catch"))

    assert "lifecycle: -catch 1: [States.ALL] -> ReleaseSlot" in lines


def test_another_time_out_shows(changed: Changed) -> None:
    def wait(resources: Content) -> None:
        _state(resources, "LifecycleExecutionLifecycle", "ReleaseSlot")["TimeoutSeconds"] = 1

    lines = changed(wait)

    assert "lifecycle: +ReleaseSlot: Task; calls Lifecycle/ReleaseSlot, at most 1 s; -> HowDidItEnd" in lines


def test_another_event_filter_shows(changed: Changed) -> None:
    def listen(resources: Content) -> None:
        _find(resources, "TrackingResultLanded", "Rule")["Properties"]["EventPattern"]["source"] = ["aws.ec2"]

    lines = changed(listen)

    assert lines == {"tracking: -EventPattern.source: [aws.s3]", "tracking: +EventPattern.source: [aws.ec2]"}


def test_another_heading_title_or_metric_of_the_dashboard_shows(changed: Changed) -> None:
    def show(resources: Content) -> None:
        dashboard = _find(resources, "MonitoringDashboards", "Dashboard")["Properties"]
        dashboard["DashboardBody"] = dashboard["DashboardBody"].replace("SlotWait", "SlotPain")

    assert any("SlotPain" in line for line in changed(show) if line.startswith("monitoring: +"))


def test_another_host_that_may_be_called_and_another_output_show(stack: Stack, accepted: dict[str, str]) -> None:
    content = copy.deepcopy(stack.content)
    content["Parameters"]["AmcEndpoints"]["Default"] = "https://evil.example"
    del content["Outputs"]["GateTable"]

    lines = set(_differences(accepted, pages(Stack(content, stack.names))))

    assert "stack: +Parameters.AmcEndpoints.Default: https://evil.example" in lines
    assert "stack: -Outputs.GateTable.Value: Ref(Tables/Gate)" in lines
