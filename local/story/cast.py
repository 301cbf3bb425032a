"""Twelve invented clients of an agency: each an AMC instance with a limit, and values that are its own."""

from dataclasses import dataclass
from typing import Any, Final

from local.examples import UK, US, ExampleTenant

OPTED_IN: Final = {"enableWorkflowLibrary": True}


@dataclass(frozen=True, slots=True)
class Client:
    """A tenant, its brand, and how many hero products it has."""

    tenant: ExampleTenant
    products: int

    @property
    def customer_id(self) -> str:
        """The tenant's."""
        return self.tenant.customer_id

    @property
    def brand(self) -> str:
        """What its campaigns are booked under."""
        return self.tenant.name

    @property
    def hero_asins(self) -> list[str]:
        """The products that its reports are about."""
        letters = "".join(filter(str.isalpha, self.customer_id.upper()))[:6]
        return [f"B0{letters}{number:02}" for number in range(1, self.products + 1)]

    def record(self) -> dict[str, Any]:
        """The TPS record, without the one value that somebody forgot of the last client."""
        known = {} if self == FORGOTTEN else {"hero_asins": self.hero_asins}
        return self.tenant.tps_record() | OPTED_IN | {"values": {"brand": self.brand, **known}}


CLIENTS: Final = tuple(
    Client(ExampleTenant.named(customer_id, limit, marketplace), products)
    for customer_id, limit, marketplace, products in (
        ("alder-audio", 3, US, 4), ("birch-bakeware", 2, UK, 3), ("cedar-cycles", 4, US, 2),
        ("dogwood-dairy", 2, US, 3), ("elm-electronics", 4, US, 5), ("fir-furniture", 2, UK, 2),
        ("gorse-garden", 2, UK, 3), ("hazel-home", 3, US, 4), ("iris-interiors", 2, US, 2),
        ("juniper-jewels", 2, UK, 3), ("kauri-kitchen", 3, US, 4), ("larch-luggage", 2, US, 2),
    )
)  # fmt: skip
FORGOTTEN: Final = CLIENTS[8]  # of whom a value is missing at first
HURRIED: Final = CLIENTS[-1]  # who has a meeting
