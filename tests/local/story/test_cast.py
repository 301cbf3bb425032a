import re

from local.story.cast import CLIENTS, FORGOTTEN


def test_each_client_is_a_tenant_of_its_own() -> None:
    assert len({client.customer_id for client in CLIENTS}) == 12
    for ids in ("instance_id", "advertiser_id", "bucket"):
        assert len({getattr(client.tenant, ids) for client in CLIENTS}) == 12


def test_products_are_ten_characters_and_nobody_elses() -> None:
    asins = [asin for client in CLIENTS for asin in client.hero_asins]

    assert all(re.fullmatch(r"B0[A-Z]{6}\d\d", asin) for asin in asins)
    assert len(set(asins)) == len(asins) == sum(client.products for client in CLIENTS)


def test_one_value_of_one_client_is_missing_at_first() -> None:
    values = {client.customer_id: client.record()["values"] for client in CLIENTS}

    assert [name for name, known in values.items() if "hero_asins" not in known] == [FORGOTTEN.customer_id]
    assert values["alder-audio"] == {"brand": "Alder Audio", "hero_asins": [f"B0ALDERA0{n}" for n in range(1, 5)]}
