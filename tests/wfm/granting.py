"""What `wfm auth` finds: a secret and a table in moto, and hosts that are a scripted server."""

import json
from typing import Any

import boto3

from tests.adapters.scripted_server import ScriptedServer
from wfm.client.credentials.amc_access import CONSENT, AmcAccess, Hosts


def entry(number: int) -> dict[str, str]:
    """One entry of the secret."""
    return {"client_id": f"client-{number}", "client_secret": f"hush-{number}", "refresh_token": f"Atzr|{number}"}


class Granting:
    """The secret has no value at first."""

    def __init__(self, server: ScriptedServer) -> None:
        self.secrets = boto3.client("secretsmanager")
        self.arn = self.secrets.create_secret(Name="AmcCredentials")["ARN"]
        self.tokens = boto3.resource("dynamodb").Table("AccessTokens")
        hosts = Hosts(f"{server.url}/api", f"{server.url}/token", CONSENT["NA"])
        self.access = AmcAccess({"NA": hosts}, self.arn, "AccessTokens")

    def put(self, **entries: Any) -> None:
        self.secrets.put_secret_value(SecretId=self.arn, SecretString=json.dumps(entries))

    def entries(self) -> Any:
        current = self.secrets.get_secret_value(SecretId=self.arn, VersionStage="AWSCURRENT")
        return json.loads(current["SecretString"])
