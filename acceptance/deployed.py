"""The two stacks of an acceptance, wherever they are: deployed by boto3, with credentials that nobody else knows."""

import json
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import boto3

from acceptance.errors import AcceptanceError
from acceptance.naming import Name
from acceptance.world import Pace
from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.oauth import Credential
from local.emulator.assembly import Stack, read_stack
from local.emulator.stacks import deploy_stack
from wfm.client.connection import Connection
from wfm.client.stack_names import AMC_ENDPOINTS, StackOutput

ROOT: Final = Path(__file__).resolve().parent.parent
FOLDER: Final = ROOT / "build" / "acceptance"
REGIONS: Final = ("NA", "EU", "FE")  # of AMC
STACK_SECONDS: Final = 3600.0
Say = Callable[[str], None]


class Deployed:
    """A `Target`. `reach` makes of the simulator's URL one that WFM's Lambdas can call."""

    def __init__(
        self,
        name: Name,
        assembly: Path,
        session: boto3.Session,
        connection: Connection,
        environment: Mapping[str, str],
        *,
        account: str,
        pace: Pace,
        is_account: bool,
        reach: Callable[[str, str], str],
        let_queues_go: Callable[["Deployed", str], None],
    ) -> None:
        self.name = name
        self.session = session
        self.account = account
        self.pace = pace
        self.is_account = is_account
        self.outputs: Mapping[str, str] = {}
        self._assembly = assembly
        self._connection = connection
        self._environment = environment
        self._reach = reach
        self._let_queues_go = let_queues_go
        self._parameters: dict[str, str] = {}
        self._amc: SimulatorClient | None = None

    @property
    def amc(self) -> SimulatorClient:
        """What steers the simulator, once it is there."""
        if self._amc is None:
            raise AcceptanceError("the simulator of AMC is not deployed")
        return self._amc

    def connection(self) -> Connection:
        """How the client gets there."""
        return self._connection

    def environment(self) -> dict[str, str]:
        """Of a process that is to get there."""
        return dict(self._environment)

    def make(self, say: Say) -> None:
        """Make the bucket, then the simulator, then WFM; then WFM has credentials for it."""
        region = self.session.region_name
        say("making the bucket of the code")
        place: Any = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        self.session.client("s3").create_bucket(Bucket=self.name.assets(self.account, region), **place)
        say(f"deploying {self.name.simulator_stack}")
        simulator = self._deploy(self._stack(self.name.simulator_stack), {})
        function = simulator["SimulatorFunction"]
        url = self._reach(function, simulator["SimulatorUrl"]).rstrip("/")
        hosts = {"api": url, "token": f"{url}/auth/o2/token"}
        self._parameters = {AMC_ENDPOINTS: json.dumps(dict.fromkeys(REGIONS, hosts))}
        say(f"deploying {self.name.text}: some minutes on an account")
        self.outputs = self._deploy(self._stack(self.name.text), self._parameters)
        self._amc = SimulatorClient.by_invocation(self.session.client("lambda"), function)
        self._put_credential()

    def redeploy(self) -> None:
        """Update the stack with another description of each Lambda, which replaces what runs them."""
        stack = self._stack(self.name.text)
        template = json.loads(stack.template.read_text(encoding="utf-8"))
        for resource in template["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                resource["Properties"]["Description"] += " (deployed again)"
        with tempfile.TemporaryDirectory() as folder:
            changed = Path(folder) / stack.template.name
            changed.write_text(json.dumps(template), encoding="utf-8")
            assets = tuple(
                replace(asset, source=changed, key=f"again-{asset.key}") if asset.source == stack.template else asset
                for asset in stack.assets
            )
            self.outputs = self._deploy(replace(stack, template=changed, assets=assets), self._parameters)

    def let_queues_go(self, customer_id: str) -> None:
        """The minute that SQS takes to delete a queue has passed."""
        self._let_queues_go(self, customer_id)

    def _stack(self, name: str) -> Stack:
        return read_stack(self._assembly, self.session.region_name, name, self.account)

    def _deploy(self, stack: Stack, parameters: Mapping[str, str]) -> dict[str, str]:
        return deploy_stack(stack, self.session, parameters=parameters, timeout=STACK_SECONDS, poll=self.pace.look)

    def _put_credential(self) -> None:
        """The simulator and WFM's secret get a credential that is made here, and is gone with them."""
        made = Credential(
            client_id=f"amzn1.application-oa2-client.{secrets.token_hex(16)}",
            client_secret=secrets.token_urlsafe(32),
            refresh_token=f"Atzr|{secrets.token_urlsafe(32)}",
        )
        self.amc.add_credential(made)
        text = json.dumps({"default": made.model_dump(exclude={"entity_ids"})})
        secret = self.outputs[StackOutput.AMC_CREDENTIALS_SECRET_ARN]
        self.session.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=text)
