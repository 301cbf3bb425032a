"""`wfm tenants discover` against a scripted AMC."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from local.amc_simulator.faults import Fault
from local.amc_simulator.instances import Instance
from local.amc_simulator.oauth import Credential
from local.amc_simulator.process import AmcSimulator
from tests.adapters.scripted_server import ScriptedServer
from tests.wfm.commands import Run
from tests.wfm.granting import Granting, entry
from tests.wfm.onboarding import FakeOnboarding
from wfm.client.credentials.amc_access import CONSENT, AmcAccess, Hosts
from wfm.model.json_schema import validate

MARKETPLACE = "ATVPDKIKX0DER"


def will_sign_in(server: ScriptedServer, *accounts: str) -> None:
    """Refresh, then the accounts."""
    server.will_answer({"access_token": "Atza|1", "expires_in": 3600})
    rows = [{"accountId": each, "accountName": f"{each} Inc", "marketplaceId": MARKETPLACE} for each in accounts]
    server.will_answer({"amcAccounts": rows, "nextToken": None})


def an_instance(instance_id: str, name: str = "", bucket: str = "") -> dict[str, str]:
    return {"instanceId": instance_id, "instanceName": name, "s3BucketName": bucket}


@pytest.fixture
def signed_in(granting: Granting, server: ScriptedServer) -> ScriptedServer:
    """Of the account ENTITY1."""
    granting.put(default=entry(1), agency=entry(2))
    will_sign_in(server, "ENTITY1")
    return server


def files(folder: Path) -> dict[str, Any]:
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in folder.iterdir()}


def test_accounts_and_instances_are_listed_with_what_wfm_knows(
    deployed: Any, granting: Granting, server: ScriptedServer, command: Run
) -> None:
    granting.put(default=entry(1))
    will_sign_in(server, "ENTITY1", "ENTITY2")
    server.will_answer({"instances": [an_instance("amc1", "Toys")], "nextToken": "n 1"})
    server.will_answer({"instances": [an_instance("amc2", "Games")]})
    server.will_answer({"instances": []})
    deployed.put_row("toys", amcInstanceId="amc1")

    ended = command("tenants", "discover")

    assert ended.code == 0
    assert [line.split() for line in ended.out.splitlines()[1:]] == [
        ["ENTITY1", MARKETPLACE, "amc1", "toys", "ACTIVE", "Toys"],
        ["ENTITY1", MARKETPLACE, "amc2", "not", "onboarded", "Games"],
        ["ENTITY2", MARKETPLACE, "no", "instance", "ENTITY2", "Inc"],
    ]
    refresh, _, first, second, other = server.asked
    assert parse_qs(refresh.body.decode())["refresh_token"] == ["Atzr|1"]
    assert (first.path, second.path) == ("/api/amc/instances", "/api/amc/instances?nextToken=n+1")
    assert [each.headers["Amazon-Advertising-API-AdvertiserId"] for each in (first, second, other)] == [
        "ENTITY1", "ENTITY1", "ENTITY2",
    ]  # fmt: skip
    assert second.headers["Amazon-Advertising-API-MarketplaceId"] == MARKETPLACE


def test_a_script_gets_json_without_a_secret(signed_in: ScriptedServer, command: Run) -> None:
    signed_in.will_answer({"instances": [an_instance("amc2", "Games", "amc-games")]})

    ended = command("tenants", "discover", "--json")

    [account] = json.loads(ended.out)
    assert (account["accountId"], account["problem"]) == ("ENTITY1", None)
    assert account["instances"] == [
        an_instance("amc2", "Games", "amc-games") | {"customerId": None, "status": "not onboarded"}
    ]
    assert not any(hidden in ended.out + ended.err for hidden in ("hush-1", "Atzr|1", "Atza|1"))


def test_each_new_instance_gets_a_record_that_the_schema_takes(
    deployed: Any, signed_in: ScriptedServer, command: Run, tmp_path: Path
) -> None:
    known, new = an_instance("amc1", "Toys"), an_instance("amc2", "Games & Co. (US)", "amc-games")
    signed_in.will_answer({"instances": [known, new]})
    deployed.put_row("toys", amcInstanceId="amc1")

    ended = command("tenants", "discover", "--auth-id", "agency", "--write", "new/records")

    written = files(tmp_path / "new" / "records")
    assert (ended.code, list(written)) == (0, ["games-co-us.json"])
    assert f"written: {Path('new/records/games-co-us.json')}" in ended.err
    assert validate("tps_record", written["games-co-us.json"]) == {
        "customerId": "games-co-us",
        "customerName": "Games & Co. (US)",
        "amcInstanceId": "amc2",
        "amcAmazonAdsAdvertiserId": "ENTITY1",
        "amcAmazonAdsMarketplaceId": MARKETPLACE,
        "BucketName": "amc-games",
        "authId": "agency",
    }


def test_a_tenant_whose_onboarding_has_not_ended_is_known_by_its_record(
    deployed: Any, signed_in: ScriptedServer, command: Run
) -> None:
    signed_in.will_answer({"instances": [an_instance("amc2")]})
    deployed.table("Tenants").put_item(Item={"customerId": "games", "status": "FAILED"})
    deployed.table("CustomerConfig").put_item(Item={"customerId": "games", "amcInstanceId": "amc2"})

    assert command("tenants", "discover").out.splitlines()[1].split()[2:5] == ["amc2", "games", "FAILED"]


def test_an_instance_that_changed_hands_is_its_present_tenants(
    deployed: Any, signed_in: ScriptedServer, command: Run
) -> None:
    signed_in.will_answer({"instances": [an_instance("amc1")]})
    deployed.put_row("a-present-one", amcInstanceId="amc1")
    deployed.put_row("former", "OFFBOARDED", amcInstanceId="amc1")

    assert "a-present-one" in command("tenants", "discover").out


def test_a_name_that_is_not_single_gives_way_to_the_instance_id(
    deployed: Any, signed_in: ScriptedServer, command: Run, tmp_path: Path
) -> None:
    rows = [an_instance("amc2", "Games"), an_instance("amc3", "games!"), an_instance("amc4", "Toys")]
    signed_in.will_answer({"instances": [*rows, an_instance("amc5", "おもちゃ")]})
    deployed.put_row("toys", amcInstanceId="amc1")

    command("tenants", "discover", "--write", "records")

    assert sorted(files(tmp_path / "records")) == ["amc2.json", "amc3.json", "amc4.json", "amc5.json"]


def test_no_file_is_overwritten_and_no_instance_written_twice(
    signed_in: ScriptedServer, command: Run, tmp_path: Path
) -> None:
    (tmp_path / "mine.json").write_text('{"customerId": "mine", "amcInstanceId": "amc2"}', encoding="utf-8")
    (tmp_path / "toys.json").write_text("a note", encoding="utf-8")
    (tmp_path / "amc4.json").write_text("another", encoding="utf-8")
    rows = [an_instance("amc2", "Games"), an_instance("amc3", "Toys"), an_instance("amc4", "Toys")]
    signed_in.will_answer({"instances": rows})

    ended = command("tenants", "discover", "--write", ".")

    assert ended.code == 5
    assert "exists, left as it is: mine.json" in ended.err
    assert "amc4: amc4.json exists and is not its record" in ended.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["amc3.json", "amc4.json", "mine.json", "toys.json"]
    assert (tmp_path / "amc4.json").read_text(encoding="utf-8") == "another"


def test_an_instance_of_which_no_record_can_be_made_is_named(
    signed_in: ScriptedServer, command: Run, tmp_path: Path
) -> None:
    signed_in.will_answer({"instances": [an_instance("../amc2"), an_instance("amc3")]})

    ended = command("tenants", "discover", "--write", "records")

    assert ended.code == 5
    assert "problem: ../amc2: amcInstanceId: '../amc2' is not right" in ended.err
    assert [path.name for path in tmp_path.rglob("*.json")] == ["amc3.json"]


def test_an_account_that_amc_refuses_does_not_hide_the_others(
    granting: Granting, server: ScriptedServer, command: Run
) -> None:
    granting.put(default=entry(1))
    will_sign_in(server, "ENTITY1", "ENTITY2")
    server.will_answer({"message": "Terms and conditions must be accepted to continue"}, 403)
    server.will_answer({"instances": [an_instance("amc2")]})

    ended = command("tenants", "discover")

    assert ended.code == 5
    assert [line.split()[2:4] for line in ended.out.splitlines()[1:]] == [["not", "listed"], ["amc2", "not"]]
    assert f"problem: ENTITY1 ({MARKETPLACE}): AMC refused authId 'default' with 403: Terms" in ended.err


@pytest.mark.parametrize(("body", "status"), [(b"<html>Forbidden</html>", 403), (b"<html>Down</html>", 503)])
def test_nor_does_one_that_a_gateway_answers_for(
    granting: Granting, server: ScriptedServer, command: Run, body: bytes, status: int
) -> None:
    granting.put(default=entry(1))
    will_sign_in(server, "ENTITY1", "ENTITY2")
    server.will_answer(body, status)
    server.will_answer({"instances": [an_instance("amc2")]})

    ended = command("tenants", "discover")

    assert (ended.code, "amc2" in ended.out) == (5, True)
    assert f"problem: ENTITY1 ({MARKETPLACE}): " in ended.err
    assert str(status) in ended.err


def test_whoever_is_throttled_asks_again_when_amc_says_so(signed_in: ScriptedServer, command: Run) -> None:
    signed_in.will_answer(b"<html>", 429, Retry_After="0")
    signed_in.will_answer({"message": "slow down"}, 429, Retry_After="0")
    signed_in.will_answer({"instances": [an_instance("amc2")]})

    ended = command("tenants", "discover")

    assert (ended.code, "amc2" in ended.out) == (0, True)


def test_nobody_waits_for_an_hour(signed_in: ScriptedServer, command: Run) -> None:
    signed_in.will_answer({"message": "slow down"}, 429, Retry_After="3600")

    ended = command("tenants", "discover")

    assert ended.code == 1
    assert "answered 429; try again later" in ended.err


def test_a_list_ends_where_its_token_comes_again(signed_in: ScriptedServer, command: Run) -> None:
    signed_in.will_answer({"instances": [an_instance("amc1")], "nextToken": "n"})
    signed_in.will_answer({"instances": [an_instance("amc2")], "nextToken": "n"})

    ended = command("tenants", "discover")

    assert [line.split()[2] for line in ended.out.splitlines()[1:]] == ["amc1", "amc2"]
    assert len(signed_in.asked) == 4


def test_an_instance_of_two_accounts_gets_one_record(
    granting: Granting, server: ScriptedServer, command: Run, tmp_path: Path
) -> None:
    granting.put(default=entry(1))
    will_sign_in(server, "ENTITY1", "ENTITY2")
    server.will_answer({"instances": [an_instance("amc1", "Toys")]})
    server.will_answer({"instances": [an_instance("amc1", "Toys"), an_instance("amc2", "Games")]})

    ended = command("tenants", "discover", "--write", "records")

    written = files(tmp_path / "records")
    assert (ended.code, sorted(written)) == (0, ["games.json", "toys.json"])
    assert written["toys.json"]["amcAmazonAdsAdvertiserId"] == "ENTITY1"


def test_credentials_that_open_nothing_are_reported(granting: Granting, server: ScriptedServer, command: Run) -> None:
    granting.put(default=entry(1))
    will_sign_in(server)

    ended = command("tenants", "discover")

    assert (ended.code, ended.out) == (0, "")
    assert "open no AMC account" in ended.err


@pytest.mark.parametrize(
    ("words", "reported"),
    [
        (["--auth-id", "agancy"], "--auth-id: 'agancy' is not in the credentials secret (agency, default)"),
        (["--region", "US"], "--region: 'US' is unknown; allowed: NA"),
        (["--write", "a-file"], "--write: 'a-file' is a file; allowed: a folder"),
        (["--write", "a-file/records"], "is a file; allowed: a folder"),
    ],
)
def test_what_is_wrong_is_refused_before_amc_is_asked(
    signed_in: ScriptedServer, command: Run, tmp_path: Path, words: list[str], reported: str
) -> None:
    (tmp_path / "a-file").write_text("mine", encoding="utf-8")

    ended = command("tenants", "discover", *words)

    assert (ended.code, ended.out) == (2, "")
    assert reported in ended.err
    assert signed_in.asked == []


def test_without_credentials_the_way_to_them_is_named(granting: Granting, server: ScriptedServer, command: Run) -> None:
    ended = command("tenants", "discover")

    assert ended.code == 2
    assert "has no value yet: run `wfm auth`" in ended.err
    assert server.asked == []


@pytest.mark.parametrize(
    ("answers", "reported"),
    [
        ([({"error": "invalid_grant"}, 400)], "the grant was revoked"),
        ([({"access_token": "Atza|1"}, 200), ({"message": "Unauthorized request."}, 403)], "with 403: Unauthorized"),
    ],
)
def test_a_refusal_leaves_no_file(
    granting: Granting, server: ScriptedServer, command: Run, answers: list[tuple[Any, int]], reported: str
) -> None:
    granting.put(default=entry(1))
    for body, status in answers:
        server.will_answer(body, status)

    ended = command("tenants", "discover", "--write", "records")

    assert ended.code == 2
    assert reported in ended.err
    assert not Path("records").exists()


@pytest.fixture
def simulated(granting: Granting) -> Iterator[AmcSimulator]:
    """The simulator, with more instances than a page has, and three accounts of which the credentials open two."""
    granting.put(default=entry(1))
    owners = ["E1"] * 101 + ["E2", "E3"]
    with AmcSimulator(environment={"AWS_ENDPOINT_URL": ""}) as simulator:
        hosts = Hosts(simulator.url, f"{simulator.url}/auth/o2/token", CONSENT["NA"])
        granting.access = AmcAccess({"NA": hosts}, granting.arn, "AccessTokens")
        amc = simulator.client()
        amc.add_credential(Credential(**entry(1), entity_ids=("E1", "E2")))
        amc.add_instances([Instance(instance_id=f"amc{n}", entity_id=owner) for n, owner in enumerate(owners)])
        yield simulator


def test_an_agency_is_discovered_and_onboarded(
    simulated: AmcSimulator, machine: FakeOnboarding, command: Run, tmp_path: Path
) -> None:
    simulated.client().add_faults(Fault(status=429, retry_after=0, path="/amc/instances", times=2))

    discovered = command("tenants", "discover", "--write", "records")
    written = sorted((tmp_path / "records").iterdir())
    for path in written[2:]:
        path.unlink()
    added = command("tenants", "add", "records", "--yes", "--wait")
    accounts = json.loads(command("tenants", "discover", "--json").out)

    assert (discovered.code, len(written), added.code) == (0, 102, 0)
    assert [(each["accountId"], len(each["instances"])) for each in accounts] == [("E1", 101), ("E2", 1)]
    statuses = {one["customerId"]: one["status"] for each in accounts for one in each["instances"]}
    assert statuses == {None: "not onboarded", "amc0": "ACTIVE", "amc1": "ACTIVE"}
