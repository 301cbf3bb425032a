"""Three invented tenants and four AMC workflows: the demo's cast, and what `wfm local up` starts with."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

from local.amc_simulator.instances import Instance
from local.runtime import Runtime
from wfm.client import Wfm
from wfm.errors import LocalRuntimeError

WORKFLOWS: Final = Path(__file__).parent / "demo" / "workflows"
READY_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class ExampleTenant:
    """A tenant with the slots it may use in AMC at once."""

    customer_id: str
    name: str
    instance_id: str
    advertiser_id: str
    marketplace_id: str
    limit: int

    @property
    def bucket(self) -> str:
        """Where AMC writes its results."""
        return f"{self.instance_id}-results"

    def tps_record(self) -> dict[str, Any]:
        """As the Tenant Provisioning Service writes it."""
        return {
            "customerId": self.customer_id,
            "customerName": self.name,
            "amcInstanceId": self.instance_id,
            "amcAmazonAdsAdvertiserId": self.advertiser_id,
            "amcAmazonAdsMarketplaceId": self.marketplace_id,
            "BucketName": self.bucket,
            "maximumConcurrentWorkflowExecutions": self.limit,
        }

    def instance(self) -> Instance:
        """As AMC knows it."""
        return Instance(
            instance_id=self.instance_id,
            entity_id=self.advertiser_id,
            marketplace_id=self.marketplace_id,
            account_name=self.name,
            bucket_name=self.bucket,
        )


US, UK = "ATVPDKIKX0DER", "A1F83G8C2ARO7P"
TENANTS: Final = (
    ExampleTenant("alder-audio", "Alder Audio", "amcalder1", "ENTITYALDERAUDIO", US, limit=2),
    ExampleTenant("birch-bakeware", "Birch Bakeware", "amcbirch1", "ENTITYBIRCHBAKEWARE", UK, limit=4),
    ExampleTenant("cedar-cycles", "Cedar Cycles", "amccedar1", "ENTITYCEDARCYCLES", US, limit=10),
)


@dataclass(frozen=True, slots=True)
class ExampleWorkflow:
    """A workflow from its two files. `window` is the payload's window fields unless a request brings others."""

    workflow_id: str
    definition: Mapping[str, Any]
    window: Mapping[str, str]


def one_line(sql: str) -> str:
    """AMC's guide wants a query without line breaks; ours hold no text in which white space matters."""
    return " ".join(sql.split())


def read_workflow(path: Path) -> ExampleWorkflow:
    """The workflow of a `.yaml` file and the `.sql` file beside it."""
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    window = document.pop("timeWindow")
    sql = path.with_suffix(".sql").read_text(encoding="utf-8")
    return ExampleWorkflow(document["workflowId"], document | {"sqlQuery": one_line(sql)}, window)


def read_workflows() -> list[ExampleWorkflow]:
    """All of them, by name."""
    return [read_workflow(path) for path in sorted(WORKFLOWS.glob("*.yaml"))]


def onboard(runtime: Runtime, tenants: Sequence[ExampleTenant] = TENANTS) -> None:
    """Make AMC know the tenants, put their records, then their workflows; back when all of it is in place."""
    workflows = read_workflows()
    runtime.simulator().add_instances([tenant.instance() for tenant in tenants])
    for tenant in tenants:
        runtime.emulator.client("s3").create_bucket(Bucket=tenant.bucket)  # else the Tenant Provisioning Service's work
    wfm = runtime.wfm()
    for tenant in tenants:
        wfm.put_tenant(tenant.tps_record())
    for tenant in tenants:
        _wait_for(tenant.customer_id, partial(_tenant, wfm, tenant.customer_id), "ACTIVE")
        for workflow in workflows:
            wfm.put_workflow(tenant.customer_id, workflow.definition)
    for tenant in tenants:
        for workflow in workflows:
            names = tenant.customer_id, workflow.workflow_id
            _wait_for(" ".join(names), partial(_workflow, wfm, *names), "SYNCED")


def _tenant(wfm: Wfm, customer_id: str) -> tuple[str, str | None]:
    found = [tenant for tenant in wfm.tenants() if tenant.customer_id == customer_id]
    return (found[0].status, found[0].reason) if found else ("not seen yet", None)


def _workflow(wfm: Wfm, customer_id: str, workflow_id: str) -> tuple[str, str | None]:
    workflow = wfm.workflow(customer_id, workflow_id)
    return workflow.sync_status or "not seen yet", workflow.sync_reason


def _wait_for(what: str, look: Callable[[], tuple[str, str | None]], wanted: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    status, reason = look()
    while status != wanted:
        if status == "FAILED":
            raise LocalRuntimeError(f"{what} is FAILED: {reason}")
        if time.monotonic() > deadline:
            raise LocalRuntimeError(f"{what} is not {wanted} after {READY_SECONDS:.0f} s: {status}")
        time.sleep(0.2)
        status, reason = look()
