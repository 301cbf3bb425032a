import json
import re
from pathlib import Path

from infra.amc_access import AMAZON_ENDPOINTS
from tests.infra.template import Template
from wfm.client.stack_names import AMC_ENDPOINTS, StackOutput

OUTPUTS = {
    *("CustomerConfigTable", "TenantsTable", "WorkflowLibraryTable", "WorkflowsTable", "SchedulesTable"),
    *("ExecutionRequestsTable", "ExecutionsTable", "GateTable", "AccessTokensTable"),
    *("ExecutionLifecycleArn", "ExecutionTrackingArn", "TenantOnboardingArn", "TenantOffboardingArn"),
    *("WorkflowSyncArn", "LibraryRolloutArn", "BackfillArn", "AlarmsTopicArn"),
    *("ExecutionEventsTopicArn", "AmcCredentialsSecretArn"),
}
OF_DELIVERIES = {"DeliveryBucket", "DeliveryDatabase"}


def test_the_outputs_are_those_that_people_know_and_the_client_reads(
    template: Template, whole_template: Template
) -> None:
    assert set(StackOutput) == OUTPUTS | OF_DELIVERIES
    assert template.content["Outputs"].keys() == OUTPUTS
    assert whole_template.content["Outputs"].keys() == OUTPUTS | OF_DELIVERIES


def test_every_use_of_an_output_in_the_code_is_by_its_one_name() -> None:
    """What tests and benches type for themselves is held to the names by their running."""
    product = [path for folder in ("acceptance", "infra", "local", "wfm") for path in Path(folder).rglob("*.py")]
    typed = re.compile("|".join(f"[\"']{name}[\"']" for name in OUTPUTS | OF_DELIVERIES))

    found = [path.as_posix() for path in product if typed.search(path.read_text(encoding="utf-8"))]

    assert found == ["wfm/client/stack_names.py"]


def test_wfm_has_no_parameter_in_the_parameter_store_but_cdks_own(template: Template) -> None:
    stored = {
        name: given["Default"]
        for name, given in template.content["Parameters"].items()
        if given["Type"].startswith("AWS::SSM::")
    }

    assert stored == {"BootstrapVersion": "/cdk-bootstrap/hnb659fds/version"}
    assert not [each for each in template.content["Resources"].values() if each["Type"].startswith("AWS::SSM::")]


def test_amazons_hosts_are_the_default_of_the_only_parameter(template: Template) -> None:
    parameters = {
        name: parameter for name, parameter in template.content["Parameters"].items() if parameter["Type"] == "String"
    }

    assert list(parameters) == ["AmcEndpoints"] == [AMC_ENDPOINTS]
    assert json.loads(parameters["AmcEndpoints"]["Default"]) == AMAZON_ENDPOINTS


def test_only_the_asset_differs_between_aws_and_this_machine(
    whole_template: Template, local_template: Template
) -> None:
    assert whole_template.without_asset_hashes() == local_template.without_asset_hashes()
