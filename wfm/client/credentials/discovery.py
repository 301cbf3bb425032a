"""The AMC accounts and instances that credentials open, each with what WFM knows of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wfm.client.credentials.login import Grant, Login
from wfm.client.records import Tenant
from wfm.errors import CredentialsRefused, UnreachableError
from wfm.model.rows import Document, text_or_none

NOT_ONBOARDED: Final = "not onboarded"


@dataclass(frozen=True, slots=True)
class Instance:
    """One AMC instance; `customer_id` is None where no tenant has it, and `status` NOT_ONBOARDED."""

    instance_id: str
    name: str
    bucket: str
    customer_id: str | None
    status: str

    def as_json(self) -> dict[str, object]:
        """AMC's names for what is AMC's."""
        return {
            "instanceId": self.instance_id,
            "instanceName": self.name,
            "s3BucketName": self.bucket,
            "customerId": self.customer_id,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True)
class Account:
    """One AMC account with its instances; `problem` is why AMC did not list them, "" if it did."""

    account_id: str
    marketplace_id: str
    name: str
    instances: Sequence[Instance]
    problem: str = ""

    def as_json(self) -> dict[str, object]:
        """AMC's names for what is AMC's."""
        return {
            "accountId": self.account_id,
            "marketplaceId": self.marketplace_id,
            "accountName": self.name,
            "instances": [instance.as_json() for instance in self.instances],
            "problem": self.problem or None,
        }


def discover(login: Login, grant: Grant, known: Mapping[str, Tenant]) -> Iterator[Account]:
    """Each account that the grant opens; `known` has the tenants by instance id.

    CredentialsRefused if AMC does not list the accounts. One account that AMC does not answer for hides no other.
    """
    for row in login.accounts(grant):
        account_id, marketplace_id = _text(row, "accountId"), _text(row, "marketplaceId")
        instances: list[Instance] = []
        problem = ""
        try:
            instances = [_instance(each, known) for each in login.instances(grant, account_id, marketplace_id)]
        except (CredentialsRefused, UnreachableError) as exc:
            problem = str(exc)
        yield Account(account_id, marketplace_id, _text(row, "accountName"), instances, problem)


def _instance(row: Document, known: Mapping[str, Tenant]) -> Instance:
    instance_id = _text(row, "instanceId")
    tenant = known.get(instance_id)
    customer_id, status = (tenant.customer_id, tenant.status) if tenant else (None, NOT_ONBOARDED)
    return Instance(instance_id, _text(row, "instanceName"), _text(row, "s3BucketName"), customer_id, status)


def _text(row: Document, name: str) -> str:
    return text_or_none(row.get(name)) or ""
