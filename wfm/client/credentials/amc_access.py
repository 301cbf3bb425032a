"""How a deployed WFM reaches AMC: its parameter `AmcEndpoints`, its secret, and its table of access tokens."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from wfm.client.deployment import find_deployment
from wfm.client.stack_names import AMC_ENDPOINTS, SAME_VERSION, StackOutput
from wfm.errors import UnreachableError, UsageError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

# Where Amazon asks a user for consent, by region (its guide, "Create an authorization grant").
CONSENT: Final = {
    "NA": "https://www.amazon.com/ap/oa",
    "EU": "https://eu.account.amazon.com/ap/oa",
    "FE": "https://apac.account.amazon.com/ap/oa",
}
_AMAZON: Final = (".amazon.com", ".amazon.co.uk", ".amazon.co.jp")


@dataclass(frozen=True, slots=True)
class Hosts:
    """One region's addresses: of the Ads API, and of Login with Amazon's tokens and consent."""

    api: str
    token: str
    consent: str

    @property
    def are_amazons(self) -> bool:
        """False for a deployment that speaks to the AMC simulator."""
        return (urlsplit(self.token).hostname or "").endswith(_AMAZON)


@dataclass(frozen=True, slots=True)
class AmcAccess:
    """The hosts by region are the deployment's own: no other ever gets a credential."""

    hosts: dict[str, Hosts]
    secret_arn: str
    access_tokens_table: str

    def of_region(self, region: str) -> Hosts:
        """The hosts of NA, EU or FE; UsageError for any other."""
        if region.upper() not in self.hosts:
            raise UsageError(f"--region: {region!r} is unknown; allowed: {', '.join(self.hosts)}")
        return self.hosts[region.upper()]


def find_amc_access(cloudformation: "CloudFormationClient", stack: str) -> AmcAccess:
    """The hosts of the stack; UnreachableError if there is no such stack or it is another version's."""
    deployment = find_deployment(cloudformation, stack)
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])}
    parameters = {item["ParameterKey"]: item["ParameterValue"] for item in described.get("Parameters", [])}
    tokens = StackOutput.ACCESS_TOKENS_TABLE
    if tokens not in outputs or AMC_ENDPOINTS not in parameters:
        raise UnreachableError(
            f"stack {stack} has no {tokens} or {AMC_ENDPOINTS}: it is of another version; {SAME_VERSION}"
        )
    endpoints = json.loads(parameters[AMC_ENDPOINTS])
    hosts = {region: Hosts(each["api"], each["token"], CONSENT[region]) for region, each in endpoints.items()}
    return AmcAccess(hosts, deployment.amc_credentials_secret_arn, outputs[tokens])
