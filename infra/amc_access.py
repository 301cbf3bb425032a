"""How WFM reaches AMC: which hosts it may call, and with which credentials."""

import json

import aws_cdk as cdk
import aws_cdk.aws_kms as kms
import aws_cdk.aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.nag_suppressions import acknowledge
from wfm.client.stack_names import AMC_ENDPOINTS

# Amazon Ads API hosts and Login with Amazon token URLs by region (Amazon Ads API documentation, "Endpoints").
AMAZON_ENDPOINTS = {
    "NA": {"api": "https://advertising-api.amazon.com", "token": "https://api.amazon.com/auth/o2/token"},
    "EU": {"api": "https://advertising-api-eu.amazon.com", "token": "https://api.amazon.co.uk/auth/o2/token"},
    "FE": {"api": "https://advertising-api-fe.amazon.com", "token": "https://api.amazon.co.jp/auth/o2/token"},
}


class AmcAccess(Construct):
    """The secret AmcCredentials and the parameter AmcEndpoints: all that differs between deployments.

    The secret is made without a value, so that no credential is in a template. People put its JSON there afterwards:
    `{"default": {"client_id", "client_secret", "refresh_token"}, "<authId>": {...}}`.
    """

    def __init__(self, scope: Construct, construct_id: str, *, key: kms.Key, removal: cdk.RemovalPolicy) -> None:
        super().__init__(scope, construct_id)
        self.secret = secretsmanager.Secret(
            self,
            "AmcCredentials",
            description="Login with Amazon credentials by authId; `default` serves tenants that name none",
            encryption_key=key,
            removal_policy=removal,
        )
        resource = self.secret.node.default_child
        if not isinstance(resource, secretsmanager.CfnSecret):
            raise TypeError(f"{self.secret.node.path} has no CloudFormation resource")
        resource.generate_secret_string = None
        acknowledge(
            self.secret,
            "AwsSolutions-SMG4",
            "Login with Amazon issues these credentials to a person; AWS cannot rotate them.",
        )
        self.endpoints = cdk.CfnParameter(
            cdk.Stack.of(self),
            AMC_ENDPOINTS,
            default=json.dumps(AMAZON_ENDPOINTS, separators=(",", ":")),
            description="JSON by region (NA, EU, FE) of the api host and token URL: the only hosts WFM calls",
        )
