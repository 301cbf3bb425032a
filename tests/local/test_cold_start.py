"""What a cold start does, in counts: seconds depend on what else the machine does."""

import json
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from typing import Final

import pytest

from bench.structure import ROOT

# Each handler is imported into a process of its own, into which the SDK has been imported already.
IMPORTS: Final = """
import json, os, sys
from boto3.dynamodb import conditions, transform, types
sdk = set(sys.modules)
for handler in sys.argv[1:]:
    if not os.fork():
        __import__("functions.handlers." + handler)
        os.write(1, json.dumps([handler, sorted(set(sys.modules) - sdk)]).encode() + b"\\n")
        os._exit(0)
    os.wait()
"""
# What the first client of DynamoDB makes Python look up: folders that are listed, and files that are opened.
LOOKUPS: Final = """
import collections, json, sys
from functions.runtime.sdk import sdk_session
found = collections.Counter()
sys.addaudithook(lambda event, _: found.update([event]))
made = sdk_session().resource("dynamodb", "us-east-1")
print(json.dumps(found))
"""
# Modules of WFM and of others that are not the SDK's, by handler: some eight are left for what is still to come.
MOST_MODULES: Final = {
    "start_execution": 141, "prepare_execution": 127, "wait_for_slot": 79, "submit_execution": 123,
    "wait_for_outcome": 72, "poll_execution": 124, "release_slot": 128, "announce_execution": 79,
    "list_due_tenants": 71, "track_tenant": 114,
}  # fmt: skip
# Each is needed by few calls or by none, and takes 7 to 65 ms of processor time.
NOT_AT_ONCE: Final = ("asyncio", "jsonschema", "referencing", "aws_lambda_powertools.utilities.data_classes")
MOST_FOLDERS: Final = 20  # botocore's own loader lists over a thousand


@cache
def imported() -> Mapping[str, list[str]]:
    output = subprocess.run(
        [sys.executable, "-c", IMPORTS, *MOST_MODULES], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return dict(map(json.loads, output.splitlines()))


@pytest.mark.parametrize("handler", MOST_MODULES)
def test_a_handler_of_the_lifecycle_imports_what_it_needs_at_once(handler: str) -> None:
    modules = imported()[handler]

    assert f"functions.handlers.{handler}" in modules
    assert not set(NOT_AT_ONCE) & set(modules)
    assert len(modules) <= MOST_MODULES[handler]


def test_the_first_client_looks_for_its_service_alone() -> None:
    environment = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"}
    output = subprocess.run(
        [sys.executable, "-c", LOOKUPS], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout
    found = json.loads(output)

    assert found["open"] > 0
    assert found.get("os.listdir", 0) + found.get("os.scandir", 0) <= MOST_FOLDERS
