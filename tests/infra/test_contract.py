import json

from infra.amc_access import AMAZON_ENDPOINTS
from tests.infra.template import Template

OUTPUTS = {
    *("CustomerConfigTable", "TenantsTable", "WorkflowLibraryTable", "WorkflowsTable", "SchedulesTable"),
    *("ExecutionRequestsTable", "ExecutionsTable", "GateTable", "AccessTokensTable"),
    *("ExecutionLifecycleArn", "ExecutionTrackingArn", "TenantOnboardingArn", "TenantOffboardingArn"),
    *("WorkflowSyncArn", "LibraryRolloutArn", "BackfillArn", "AlarmsTopicArn"),
    *("ExecutionEventsTopicArn", "AmcCredentialsSecretArn"),
}


def test_the_outputs_are_those_the_client_reads(template: Template) -> None:
    assert template.content["Outputs"].keys() >= OUTPUTS


def test_amazons_hosts_are_the_default_of_the_only_parameter(template: Template) -> None:
    parameters = {
        name: parameter for name, parameter in template.content["Parameters"].items() if parameter["Type"] == "String"
    }

    assert list(parameters) == ["AmcEndpoints"]
    assert json.loads(parameters["AmcEndpoints"]["Default"]) == AMAZON_ENDPOINTS


def test_only_the_asset_differs_between_aws_and_this_machine(template: Template, local_template: Template) -> None:
    assert template.without_asset_hashes() == local_template.without_asset_hashes()
