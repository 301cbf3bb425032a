"""Who lacks a table is known before a push, and AMC agrees."""

from datetime import UTC, datetime
from pathlib import Path

from local.amc_simulator.faults import Fault
from local.amc_simulator.instances import Instance
from tests.e2e.deployment import SQL, Deployment
from wfm import Connection, Wfm
from wfm.client.data_sources.preflight import LACKS, UNKNOWN
from wfm.client.workflow_files.folder import read_folder


def test_what_the_preflight_says_of_each_tenant_is_what_amc_does(wfm: Deployment, tmp_path: Path) -> None:
    runtime = wfm.runtime
    client = Wfm(connection=Connection(None, "us-east-1", runtime.emulator.endpoint, runtime.stack, is_local=True))
    dsp, silent = wfm.a_tenant("dsp"), wfm.a_tenant("silent")
    sponsored = wfm.a_candidate("sponsored")
    known = Instance(
        instance_id=sponsored.instance,
        entity_id="ENTITY1TEST",
        bucket_name=sponsored.bucket,
        advertiser_types=("SPONSORED_ADS",),
    )
    wfm.amc.add_instances([known])
    sponsored.onboard(2, {})
    wfm.amc.add_faults(
        Fault(path="/dataSources", instance_id=silent.instance, status=403, details="Terms not accepted"),
        Fault(path="/dataSources", instance_id=dsp.instance, status=429, body="html", times=2),
    )
    (tmp_path / "reach.sql").write_text(SQL)
    (tmp_path / "reach.yaml").write_text("{}")
    files = read_folder(tmp_path, datetime.now(UTC)).workflows
    tenants = [dsp.id, silent.id, sponsored.id]

    found = client.data_sources.preflight(client.data_sources.targets(files, tenants), client.data_sources.of(tenants))
    for tenant in (dsp, sponsored):
        tenant.send(f"run-{tenant.id}")
    ends = {tenant.id: tenant.wait_for(f"run-{tenant.id}")[f"run-{tenant.id}"] for tenant in (dsp, sponsored)}

    told = {one.customer_id: (one.kind, one.text) for one in found.found}
    assert told.keys() == {silent.id, sponsored.id}
    assert told[sponsored.id] == (LACKS, "the instance has no table 'dsp_impressions'")
    assert told[silent.id][0] == UNKNOWN
    assert "Terms not accepted" in told[silent.id][1]
    assert (ends[dsp.id]["status"], ends[sponsored.id]["status"]) == ("SUCCEEDED", "REJECTED")
    assert "Object 'dsp_impressions' not found" in ends[sponsored.id]["reason"]
