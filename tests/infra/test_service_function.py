from pathlib import Path

import aws_cdk as cdk
import aws_cdk.aws_kms as kms
import aws_cdk.aws_lambda as lambda_
import aws_cdk.aws_stepfunctions as sfn
import aws_cdk.aws_stepfunctions_tasks as tasks
import pytest
from aws_cdk.assertions import Match
from aws_cdk.assertions import Template as Assertions

from infra.foundation import Foundation
from infra.service_function import ServiceFunction, module_name
from infra.service_machine import ServiceMachine


@pytest.fixture
def stack(tmp_path: Path) -> cdk.Stack:
    return cdk.Stack(cdk.App(outdir=str(tmp_path / "cdk.out")), "Stack")


@pytest.fixture
def foundation(stack: cdk.Stack, tmp_path: Path) -> Foundation:
    code = tmp_path / "asset"
    code.mkdir()
    (code / "handler.py").touch()
    return Foundation(
        prefix="wfm-a-b",
        key=kms.Key(stack, "Key"),
        code=lambda_.Code.from_asset(str(code)),
        log_retention_days=7,
    )


def _function(stack: cdk.Stack, foundation: Foundation) -> ServiceFunction:
    return ServiceFunction(
        stack,
        "SubmitExecution",
        foundation=foundation,
        description="Submits an execution",
        environment={"WFM_PREFIX": foundation.prefix},
    )


@pytest.mark.parametrize(
    ("construct_id", "module"),
    [("SubmitExecution", "submit_execution"), ("PollExecution", "poll_execution"), ("Route", "route")],
)
def test_a_handlers_module_is_the_constructs_name_in_snake_case(construct_id: str, module: str) -> None:
    assert module_name(construct_id) == module


def test_a_function_is_named_and_told_what_it_was_given(stack: cdk.Stack, foundation: Foundation) -> None:
    _function(stack, foundation)

    Assertions.from_stack(stack).has_resource_properties(
        "AWS::Lambda::Function",
        {
            "FunctionName": "wfm-a-b-SubmitExecution",
            "Handler": "functions.handlers.submit_execution.handler",
            "Environment": {"Variables": Match.object_like({"WFM_PREFIX": "wfm-a-b"})},
        },
    )


def test_a_machine_may_invoke_the_function_and_no_version_of_it(stack: cdk.Stack, foundation: Foundation) -> None:
    function = _function(stack, foundation)

    invoke = tasks.LambdaInvoke.jsonata(stack, "Submit", lambda_function=function)
    ServiceMachine(stack, "ExecutionLifecycle", foundation=foundation, definition=invoke)

    statement = {"Action": "lambda:InvokeFunction", "Effect": "Allow", "Resource": stack.resolve(function.function_arn)}
    Assertions.from_stack(stack).has_resource_properties(
        "AWS::IAM::Policy", {"PolicyDocument": Match.object_like({"Statement": [statement]})}
    )


def test_a_machine_bears_the_constructs_name_in_snake_case(stack: cdk.Stack, foundation: Foundation) -> None:
    ServiceMachine(stack, "ExecutionLifecycle", foundation=foundation, definition=sfn.Pass.jsonata(stack, "Pass"))

    Assertions.from_stack(stack).has_resource_properties(
        "AWS::StepFunctions::StateMachine", {"StateMachineName": "wfm-a-b-execution_lifecycle"}
    )
