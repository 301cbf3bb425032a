"""An update that fails goes back, and so does one that nobody wants any more: nothing is lost either way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.amc_simulator.configuration import Configuration
from local.emulator import DeploymentError, ServerSettings
from local.runtime import Runtime
from tests.e2e.broken import broken
from tests.e2e.deployment import WAIT_SCALE, Deployment, TenantUnderTest, wait_until
from tests.e2e.upgrade.assemblies import unpack_released
from tests.e2e.upgrade.updates import update

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture(scope="module")
def old(local_assembly: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpack_released(tmp_path_factory.mktemp("released"), local_assembly)


@pytest.fixture(scope="module")
def released(old: Path) -> Iterator[Deployment]:
    configuration, settings = Configuration(clock_factor=60.0), ServerSettings(wait_scale=WAIT_SCALE)
    with Runtime(old, name="rollback", configuration=configuration, settings=settings) as runtime:
        yield Deployment(runtime)


def test_a_failed_update_goes_back_and_what_is_in_flight_ends_in_the_old_code(
    released: Deployment, local_assembly: Path, tmp_path: Path
) -> None:
    tenant = a_tenant_with_a_run(released, "kept")
    before = functions(released)

    with pytest.raises(DeploymentError, match="UPDATE_ROLLBACK_COMPLETE: Broken"):
        update(released, broken(local_assembly, tmp_path / "broken"))

    assert functions(released) == before
    tenant.send("after")
    tenant.wait_for("after", status={"WAITING"})
    end_all(tenant, "before", "after")


def test_the_old_code_goes_on_with_what_the_new_code_wrote(
    released: Deployment, local_assembly: Path, old: Path
) -> None:
    """Fields that it does not know it leaves alone; the new code finds them again."""
    updated = update(released, local_assembly)
    tenant = a_tenant_with_a_run(updated, "moved")
    tenant.send("waits")
    tenant.wait_for("waits", status={"WAITING"})
    fields = set(tenant.requests()["before"])

    back = TenantUnderTest(update(updated, old), tenant.id)

    end_all(back, "before", "waits")
    back.send("old")
    end_all(back, "old")
    assert fields <= set(back.requests()["before"]) | {"openSince", "outcomeToken"}, (
        "only what an end takes away is gone"
    )
    again = TenantUnderTest(update(back.deployment, local_assembly), tenant.id)
    again.send("again")
    end_all(again, "again")
    assert len(again.runs_in_amc()) == 4, "each ran once"


def a_tenant_with_a_run(deployment: Deployment, name: str) -> TenantUnderTest:
    """One slot, which a run has that does not end by itself."""
    tenant = deployment.a_tenant(name, limit=1)
    tenant.put_workflow("long", seconds=6000)
    tenant.send("before", workflowId="long")
    tenant.wait_for("before", status={"RUNNING"})
    return tenant


def end_all(tenant: TenantUnderTest, *requests: str) -> None:
    """They succeed, one after the other as far as they wait."""

    def ended() -> bool:
        tenant.end_runs()
        rows = tenant.requests()
        return all(rows.get(name, {}).get("status") == "SUCCEEDED" for name in requests)

    wait_until(ended, f"{requests} succeed")


def functions(deployment: Deployment) -> dict[str, Any]:
    """The code of each function of the stack, by its name."""
    pages = deployment.client("lambda").get_paginator("list_functions").paginate()
    found = [each for page in pages for each in page["Functions"]]
    prefix = f"{deployment.runtime.stack}-"
    return {each["FunctionName"]: each["CodeSha256"] for each in found if each["FunctionName"].startswith(prefix)}
