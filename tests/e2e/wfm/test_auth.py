"""`wfm auth` against the deployed stack, and a tenant whose runs use what it stored."""

import json
import os
import subprocess
import sys
from pathlib import Path

from local.amc_simulator.oauth import Credential
from tests.e2e.deployment import PATIENCE, Deployment

ROOT = Path(__file__).resolve().parents[3]
AGENCY = Credential(client_id="amzn1.agency", client_secret="agency-secret", refresh_token="Atzr|agency")


def run_auth(wfm: Deployment, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """`wfm auth` as a user runs it, with the client secret in the environment."""
    local = {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_ENDPOINT_URL": wfm.runtime.emulator.endpoint,
        "AWS_REGION": "us-east-1",
        "WFM_CLIENT_SECRET": AGENCY.client_secret,
    }
    return subprocess.run(
        [sys.executable, "-m", "wfm", "auth", *words],
        cwd=ROOT,
        env=os.environ | local,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_a_grant_is_stored_proved_and_used_by_the_tenants_that_name_it(wfm: Deployment) -> None:
    wfm.amc.add_credential(AGENCY)
    code = wfm.amc.authorization_code(AGENCY.client_id)

    granted = run_auth(wfm, "--auth-id", "agency", "--client-id", AGENCY.client_id, "--json", stdin=f"{code}\n")
    listed = run_auth(wfm, "--list", "--json")

    assert granted.returncode == 0, granted.stderr
    assert wfm.runtime.simulator_url in granted.stderr, "it says where codes come from"
    assert isinstance(json.loads(granted.stdout), list)
    known = {one["authId"]: one["clientId"] for one in json.loads(listed.stdout)}
    assert known.items() >= {"agency": AGENCY.client_id, "default": Credential().client_id}.items()
    tenant = wfm.a_tenant("agency", authId="agency")
    tenant.send("r1")
    assert tenant.wait_for("r1")["r1"]["status"] == "SUCCEEDED"
    callers = {call["clientId"] for call in wfm.amc.journal() if call["instanceId"] == tenant.instance}
    assert callers == {AGENCY.client_id}


def test_a_code_works_once(wfm: Deployment) -> None:
    wfm.amc.add_credential(AGENCY)
    code = wfm.amc.authorization_code(AGENCY.client_id)
    words = ("--auth-id", "twice", "--client-id", AGENCY.client_id, "--code", code)

    first, second = run_auth(wfm, *words), run_auth(wfm, *words)

    assert (first.returncode, second.returncode) == (0, 2)
    assert "did not take the code" in second.stderr


def test_credentials_are_rotated_while_a_run_goes_on(wfm: Deployment) -> None:
    """docs/recovery.md has it as a recipe."""
    before, after = (
        Credential(client_id=f"amzn1.{name}", client_secret=AGENCY.client_secret, refresh_token=f"Atzr|{name}")
        for name in ("before", "after")
    )
    grant(wfm, before)
    tenant = wfm.a_tenant("rotated", authId="rotated")
    tenant.set_behaviour("reach", seconds=600)
    tenant.send("r1")
    tenant.wait_for("r1", status={"RUNNING"})

    grant(wfm, after)
    wfm.amc.revoke_credential(before.client_id)
    wfm.amc.expire_access_tokens()
    seen = len(wfm.amc.journal())
    tenant.set_behaviour("reach")
    tenant.send("r2")
    tenant.end_runs()
    ended = tenant.wait_for("r1", "r2")

    assert {request["status"] for request in ended.values()} == {"SUCCEEDED"}
    assert len(tenant.runs_in_amc()) == 2
    assert (tenant.row()["status"], "degradedSince" in tenant.row()) == ("ACTIVE", False)
    accepted = {
        call["clientId"]
        for call in wfm.amc.journal()[seen:]
        if call["instanceId"] == tenant.instance and call["status"] < 400
    }
    assert accepted == {after.client_id}


def grant(wfm: Deployment, credential: Credential) -> None:
    """`wfm auth` for the credentials `rotated`."""
    wfm.amc.add_credential(credential)
    code = wfm.amc.authorization_code(credential.client_id)
    granted = run_auth(wfm, "--auth-id", "rotated", "--client-id", credential.client_id, "--code", code)
    assert granted.returncode == 0, granted.stderr
