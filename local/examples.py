"""Three invented tenants, and the starter library for them: the demo's cast, and what `wfm local up` starts with."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from local.amc_simulator.client import SimulatorClient
from local.amc_simulator.instances import Instance
from local.runtime import Runtime
from local.synthesis import REPOSITORY
from wfm.client.wfm import Wfm
from wfm.errors import LocalRuntimeError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LIBRARY: Final = REPOSITORY / "library"
READY_SECONDS: Final = 180.0
ROLLOUT_SECONDS: Final = 300.0
# All of the library but its schedules: whoever watches shall see only what they asked for.
OPTED_IN: Final = (
    "enableWorkflowLibraryNewContent",
    "enableWorkflowLibraryUpdates",
    "enableWorkflowLibraryRemoval",
    "enableWorkflowLibraryScheduleRemoval",
)


@dataclass(frozen=True, slots=True)
class ExampleTenant:
    """A tenant with the slots it may use in AMC at once."""

    customer_id: str
    name: str
    instance_id: str
    advertiser_id: str
    marketplace_id: str
    limit: int

    @classmethod
    def named(cls, customer_id: str, limit: int, marketplace_id: str) -> Self:
        """One more, whose other ids are made of its own."""
        letters = "".join(letter for letter in customer_id.lower() if letter.isalnum())
        name = customer_id.replace("-", " ").replace("_", " ").title()
        return cls(customer_id, name, f"amc{letters}1", f"ENTITY{letters.upper()}", marketplace_id, limit)

    @property
    def bucket(self) -> str:
        """Where AMC writes its results."""
        return f"{self.instance_id}-results"

    def tps_record(self) -> dict[str, Any]:
        """A TPS record as the Tenant Provisioning Service writes it."""
        return {
            "customerId": self.customer_id,
            "customerName": self.name,
            "amcInstanceId": self.instance_id,
            "amcAmazonAdsAdvertiserId": self.advertiser_id,
            "amcAmazonAdsMarketplaceId": self.marketplace_id,
            "BucketName": self.bucket,
            "maximumConcurrentWorkflowExecutions": self.limit,
            **dict.fromkeys(OPTED_IN, True),
        }

    def instance(self) -> Instance:
        """An instance as AMC knows it."""
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


def workflow_ids() -> list[str]:
    """The workflows of the starter library, by name."""
    return sorted(path.stem for path in LIBRARY.glob("*.sql"))


def onboard(runtime: Runtime, tenants: Sequence[ExampleTenant] = TENANTS) -> None:
    """Bring the tenants up, then push the library; back when all of it is in place."""
    wfm = runtime.wfm()
    bring_up(runtime.simulator(), runtime.emulator.client("s3"), wfm, tenants)
    push_library(wfm)


def bring_up(amc: SimulatorClient, s3: "S3Client", wfm: Wfm, tenants: Sequence[ExampleTenant]) -> None:
    """Make AMC know the tenants, put their records, and wait until all are ACTIVE."""
    amc.add_instances([tenant.instance() for tenant in tenants])
    for tenant in tenants:
        s3.create_bucket(Bucket=tenant.bucket)  # else the Tenant Provisioning Service's work
    for tenant in tenants:
        wfm.tenants.put(tenant.tps_record())
    for tenant in tenants:
        _wait_until_active(wfm, tenant.customer_id)


def push_library(wfm: Wfm) -> None:
    """The starter library to every tenant; LocalRuntimeError names the first one where it did not arrive."""
    library = wfm.library
    rollouts = library.push(library.compare(library.read(LIBRARY)))
    *_, statuses = library.wait(rollouts, ROLLOUT_SECONDS)
    wrong = [status for status in statuses if not status.succeeded]
    if wrong:
        why = ": ".join(wrong[0].failed[0]) if wrong[0].failed else wrong[0].reason
        raise LocalRuntimeError(f"{wrong[0].workflow_id} is {wrong[0].status} in the library: {why}")


def _wait_until_active(wfm: Wfm, customer_id: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    status, reason = _status(wfm, customer_id)
    while status != "ACTIVE":
        if status == "FAILED":
            raise LocalRuntimeError(f"{customer_id} is FAILED: {reason}")
        if time.monotonic() > deadline:
            raise LocalRuntimeError(f"{customer_id} is not ACTIVE after {READY_SECONDS:.0f} s: {status}")
        time.sleep(0.2)
        status, reason = _status(wfm, customer_id)


def _status(wfm: Wfm, customer_id: str) -> tuple[str, str | None]:
    found = [tenant for tenant in wfm.tenants.list() if tenant.customer_id == customer_id]
    return (found[0].status, found[0].reason) if found else ("not seen yet", None)
