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
