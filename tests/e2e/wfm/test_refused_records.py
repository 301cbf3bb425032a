"""A record that cannot be used: why not stands on the tenant's row, and nothing else changes."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from tests.e2e.deployment import Deployment, TenantUnderTest
from tests.e2e.onboarding import assert_settled, machine, owner, queues, wait_for_end, wait_for_status


def test_each_thing_that_can_be_wrong_is_told_on_the_tenants_row(wfm: Deployment) -> None:
    first = wfm.a_candidate("first")
    first.put_record(2)
    wait_for_status(first, "ACTIVE")
    wfm.amc.add_instances(
        [Instance(instance_id="amcelsewhere", entity_id="ENTITY1OTHER", marketplace_id="A1F83G8C2ARO7P")]
    )
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "entity": (
            {"amcAmazonAdsAdvertiserId": "ENTITY1TESTT"},
            "'ENTITY1TESTT' is not among those that these credentials may use (did you mean ENTITY1TEST?)",
        ),
        "marketplace": (
            {"amcAmazonAdsMarketplaceId": "A1F83G8C2ARO7P"},
            "amcAmazonAdsMarketplaceId: 'A1F83G8C2ARO7P' is not among those",
        ),
        "instance": ({"amcInstanceId": "amcelsewhere"}, "amcInstanceId: 'amcelsewhere' is not among those"),
        "rival": ({"amcInstanceId": first.instance}, f"amcInstanceId: {first.instance} belongs to {first.id} already"),
        "nobody": ({"authId": "nobody"}, "authId: 'nobody' is not in the credentials secret"),
        "bucket": ({"BucketName": "amc-there-is-none"}, "BucketName: there is no bucket 'amc-there-is-none'"),
        "shape": ({"amcInstanceId": 7, "authId": "a b"}, "amcInstanceId: 7 is not right; allowed: "),
        "shape-2": ({"amcInstanceId": 7, "authId": "a b"}, " | authId: 'a b' is not right; allowed: "),
    }
    tenants = {name: wfm.a_candidate(f"wrong-{name}") for name in wrong}

    for name, (fields, _) in wrong.items():
        tenants[name].put_record(2, **fields)
    for tenant in tenants.values():
        wait_for_status(tenant, "FAILED")

    for name, (_, told) in wrong.items():
        assert told in tenants[name].row()["reason"]
        assert name == "bucket" or queues(tenants[name]) == []
        assert owner(tenants[name]) is None
    assert_settled(first)


def test_an_id_that_no_queue_could_have_fails_its_onboarding_and_makes_nothing(wfm: Deployment) -> None:
    readable = f"no_id_{uuid.uuid4().hex[:6]}"
    wfm.table("CustomerConfigTable").put_item(Item={"customerId": readable.replace("_", " ")})

    failed = wait_for_end(TenantUnderTest(wfm, readable))

    assert "allowed: 1 to 40 letters, digits, '-' and '_'" in (machine(wfm).cause(failed.arn) or "")
    ids = {row["customerId"] for row in wfm.table("TenantsTable").scan()["Items"]}
    assert not {readable, readable.replace("_", " "), "unknown"} & ids


def test_a_revoked_grant_and_terms_that_nobody_accepted_are_told_and_can_be_mended(wfm: Deployment) -> None:
    revoked, terms = wfm.a_candidate("revoked"), wfm.a_candidate("terms")

    with a_revoked_credential(wfm, "left-agency") as mend:
        revoked.put_record(2, authId="left-agency")
        wait_for_status(revoked, "FAILED")
        assert "Login with Amazon refused authId 'left-agency': the grant was revoked" in revoked.row()["reason"]
        mend()
        revoked.put_record(3, authId="left-agency")
        wait_for_end(revoked, 2)
    wfm.amc.configure(terms_accepted=False)
    try:
        terms.put_record(2)
        wait_for_status(terms, "FAILED")
    finally:
        wfm.amc.configure(terms_accepted=True)
    assert "erms and conditions" in terms.row()["reason"]
    machine(wfm).start(terms.id)
    wait_for_end(terms, 2)

    for tenant in (revoked, terms):
        assert_settled(tenant)


@contextmanager
def a_revoked_credential(wfm: Deployment, auth_id: str) -> Iterator[Callable[[], None]]:
    """Credentials in the secret whose grant is revoked until it is mended."""
    grant = Credential(client_id=f"client-{auth_id}", client_secret="hush", refresh_token=f"Atzr|{auth_id}")
    wfm.amc.add_credential(grant)
    wfm.amc.revoke_credential(grant.client_id)
    secrets, arn = wfm.client("secretsmanager"), wfm.outputs["AmcCredentialsSecretArn"]
    kept = secrets.get_secret_value(SecretId=arn)["SecretString"]
    more = {name: value for name, value in grant.model_dump().items() if name != "entity_ids"}
    secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(json.loads(kept) | {auth_id: more}))
    try:
        yield lambda: wfm.amc.add_credential(grant)
    finally:
        secrets.put_secret_value(SecretId=arn, SecretString=kept)
