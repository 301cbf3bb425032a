"""List prices, and what a user's file may replace."""

from typing import Any

import pytest

from wfm.cost.prices import Price, listed
from wfm.errors import UsageError

OURS = {"region": "eu-west-1", "date": "2027-01-31"}


def a_file(**prices: Any) -> dict[str, Any]:
    return {**OURS, "prices": {name.replace("_", "-"): price for name, price in prices.items()}}


def test_every_price_is_listed_with_its_unit_and_page() -> None:
    prices = listed().prices

    assert list(prices) == list(Price)
    assert all(price.unit and price.source.startswith("https://aws.amazon.com/") for price in prices.values())
    assert {price.looked_up for price in prices.values()} == {"AWS's page", "quoted by others", "no"}


def test_a_file_replaces_its_prices_and_no_other() -> None:
    table = listed().with_file(a_file(alarms={"dollars": 1, "per": 10}))

    assert (table.region, table.date, table.replaced) == ("eu-west-1", "2027-01-31", (Price.ALARMS,))
    assert table.prices[Price.ALARMS].of(52) == 5.2
    assert table.prices[Price.METRICS] == listed().prices[Price.METRICS]


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (
            a_file(lamda_requests={"dollars": 1, "per": 1}),
            "prices.lamda-requests: no price has that name; allowed: lambda",
        ),
        (a_file(alarms={"dollars": -1, "per": 1}), "prices.alarms.dollars: -1 is no price; allowed: a number, 0 to"),
        (a_file(alarms={"dollars": "1", "per": 1}), "prices.alarms.dollars: '1' is no price"),
        (a_file(alarms={"dollars": True, "per": 1}), "prices.alarms.dollars: True is no price"),
        (a_file(alarms={"dollars": 1e300, "per": 1}), "prices.alarms.dollars: 1e+300 is no price"),
        (a_file(alarms={"dollars": 1, "per": 0}), "prices.alarms.per: 0 is no number of units"),
        (a_file(alarms={"dollars": 1}), "prices.alarms.per: None is no number of units"),
        (a_file(alarms={"dollars": 1, "per": 1, "price": 2}), "prices.alarms.price: it is no field of a price"),
        (a_file(alarms=1), "prices.alarms: a number is no price"),
        (a_file(), "prices: an object with nothing in it holds no prices"),
        ({**OURS, "prices": [1]}, "prices: a list holds no prices"),
        ({"prices": a_file(alarms={"dollars": 1, "per": 1})["prices"], "date": "2027"}, "region: null is no region"),
        ({**a_file(alarms={"dollars": 1, "per": 1}), "currency": "EUR"}, "currency: it is no field of a price table"),
    ],
)
def test_what_is_no_price_is_refused_by_its_place(document: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UsageError) as refused:
        listed().with_file(document)

    assert f"--region-prices: {sentence}" in str(refused.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError, match=r"alarms\.dollars.* \| .*alarms\.per"):
        listed().with_file(a_file(alarms={"dollars": None, "per": None}))
