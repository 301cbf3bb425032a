from collections.abc import Callable, Mapping
from typing import Any

import pytest

from functions.ports import CustomerConfig
from wfm.errors import InvalidRecord

Provision = Callable[[Mapping[str, Any]], object]
ACME: dict[str, Any] = {"customerId": "acme", "customerName": "Acme", "AMC": {"limit": 3}}


def test_a_customer_without_a_record_has_none(customer_config: CustomerConfig, provision: Provision) -> None:
    provision(ACME | {"customerId": "acme-2"})

    assert customer_config.find("acme") is None


def test_a_record_is_found_as_it_was_last_written(customer_config: CustomerConfig, provision: Provision) -> None:
    provision(ACME)
    provision(ACME | {"AMC": {"limit": 7}})

    assert customer_config.find("acme") == ACME | {"AMC": {"limit": 7}}


def test_a_customer_with_two_names_is_refused(customer_config: CustomerConfig, provision: Provision) -> None:
    provision(ACME)
    provision(ACME | {"customerName": "Umbrella"})

    with pytest.raises(InvalidRecord, match=r"^customerName: acme has 2 records \(Acme, Umbrella\); allowed: one$"):
        customer_config.find("acme")
