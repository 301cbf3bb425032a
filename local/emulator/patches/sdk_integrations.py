"""`aws-sdk:` tasks reach every action that the emulated services have.

AWS: a state machine can call any action of any service, with the names of the Java SDK (`Uuid`, not `UUID`).
The package: knows no `aws-sdk:scheduler` at all, and of Lambda and S3 only some actions: event source mappings and
bucket notifications are missing. What it does not know is called here through boto3.
"""

import os
from collections.abc import Callable
from functools import cache
from typing import Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from local.emulator.patches.rewrite import module, replace_name
from local.emulator.session import EndpointSession

# ruff: noqa: SLF001

UNKNOWN = ("is not yet implemented in MiniStack", "is not supported in MiniStack")


def apply() -> None:
    replace_name(module("services.stepfunctions"), "_invoke_aws_sdk_integration", bridged)


def bridged(original: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    states = module("services.stepfunctions")

    def integrate(resource: str, arguments: Any) -> Any:
        try:
            return original(resource, arguments)
        except states._ExecutionError as error:
            if not any(text in error.cause for text in UNKNOWN):
                raise
        service, action = resource.removesuffix(".waitForTaskToken").split(":")[6:8]
        return call(service, action, arguments)

    return integrate


def call(service: str, action: str, arguments: Any) -> Any:
    """`service` and `action` as the task's ARN names them, for example `lambda` and `createEventSourceMapping`."""
    states = module("services.stepfunctions")
    client = _client(service)
    try:
        operation = getattr(client, xform_name(action))
        shape = client.meta.service_model.operation_model(action[0].upper() + action[1:]).input_shape
        answer = operation(**_api_names(arguments, shape))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        name = code if code.endswith("Exception") else f"{code}Exception"
        raise states._ExecutionError(states._prefix_sdk_error(service, name), str(error)) from error
    except BotoCoreError as error:
        raise states._ExecutionError("States.Runtime", str(error)) from error
    answer.pop("ResponseMetadata", None)
    return states._convert_keys_to_sfn_convention(answer)


@cache
def _client(service: str) -> Any:
    session = EndpointSession(os.environ["AWS_ENDPOINT_URL"], os.environ["AWS_REGION"])
    return session.client(service)


def _api_names(value: Any, shape: Any) -> Any:
    """The value with the names that the API uses, which differ from those of the Java SDK by case."""
    if shape is not None and shape.type_name == "structure" and isinstance(value, dict):
        members = {name.lower(): (name, member) for name, member in shape.members.items()}
        found = {key: members.get(key.lower(), (key, None)) for key in value}
        return {found[key][0]: _api_names(item, found[key][1]) for key, item in value.items()}
    if shape is not None and shape.type_name == "list" and isinstance(value, list):
        return [_api_names(item, shape.member) for item in value]
    return value
