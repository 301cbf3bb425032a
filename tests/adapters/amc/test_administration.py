import pytest

from functions.amc.api import AmcApi
from tests.adapters.amc_calls import query
from tests.adapters.builders import a_tenant
from tests.adapters.scripted_server import ScriptedServer
from wfm.errors import AmcRefused


def test_accounts_are_asked_for_in_nobodys_name(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"amcAccounts": [{"accountId": "ENTITY1"}], "nextToken": "more"})
    server.will_answer({"amcAccounts": [{"accountId": "ENTITY2"}], "nextToken": None})

    accounts = amc.list_accounts(a_tenant())

    assert accounts == [{"accountId": "ENTITY1"}, {"accountId": "ENTITY2"}]
    assert [asked.path for asked in server.asked] == ["/amc/accounts", "/amc/accounts?nextToken=more"]
    for asked in server.asked:
        assert asked.headers["Amazon-Advertising-API-ClientId"] == "client-1"
        assert "Amazon-Advertising-API-AdvertiserId" not in asked.headers


def test_instances_are_those_of_the_tenants_account(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"instances": [{"instanceId": "a"}], "nextToken": "a b+c"})
    server.will_answer({"instances": [{"instanceId": "b"}], "nextToken": None})

    instances = amc.list_instances(a_tenant(advertiser_id="ENTITY9"))

    assert instances == [{"instanceId": "a"}, {"instanceId": "b"}]
    assert query(server.asked[1]) == {"limit": ["100"], "nextToken": ["a b+c"]}
    assert {asked.headers["Amazon-Advertising-API-AdvertiserId"] for asked in server.asked} == {"ENTITY9"}


def test_a_refusal_of_a_list_is_reported(amc: AmcApi, server: ScriptedServer) -> None:
    server.will_answer({"message": "Terms and conditions must be accepted to continue"}, 403)

    with pytest.raises(AmcRefused, match="Terms and conditions"):
        amc.list_instances(a_tenant())
