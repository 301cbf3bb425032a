"""Checks a tenant's AMC credentials by a call, and finds which id is wrong."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

from functions.ports import Amc
from wfm.errors import AmcRefused, InvalidRecord, Problem
from wfm.model.rows import Document
from wfm.model.tenants import Tenant


def verify_credentials(tenant: Tenant, amc: Amc, now: datetime) -> None:
    """Ask for the instance's newest runs. InvalidRecord names the wrong field, as far as AMC shows it.

    AMC gives the same answer for a wrong entity, marketplace, instance or token (403 "Unauthorized request."); its
    lists of accounts and instances, which need fewer permissions, tell them apart. CredentialsRefused is raised as it
    is.
    """
    try:
        amc.list_executions(tenant, now)
    except AmcRefused as exc:
        if exc.status not in (400, 401, 403, 404) or "erms and conditions" in exc.text or tenant.api_endpoint:
            raise
        raise InvalidRecord([_wrong(tenant, amc) or Problem("", f"the credentials {tenant.auth_id!r}: {exc}")]) from exc


def _wrong(tenant: Tenant, amc: Amc) -> Problem | None:
    try:
        accounts = amc.list_accounts(tenant)
        own = [account for account in accounts if account.get("accountId") == tenant.advertiser_id]
        if not own:
            return _named("amcAmazonAdsAdvertiserId", tenant.advertiser_id, _values(accounts, "accountId"))
        if tenant.marketplace_id not in _values(own, "marketplaceId"):
            return _named("amcAmazonAdsMarketplaceId", tenant.marketplace_id, _values(own, "marketplaceId"))
        instances = _values(amc.list_instances(tenant), "instanceId")
    except AmcRefused:
        return None
    return None if tenant.instance_id in instances else _named("amcInstanceId", tenant.instance_id, instances)


def _values(rows: Sequence[Document], name: str) -> list[str]:
    return sorted({str(row[name]) for row in rows if row.get(name)})


def _named(field: str, value: str, known: list[str]) -> Problem:
    close: list[str] = get_close_matches(value, known, n=1)
    hint = f" (did you mean {close[0]}?)" if close else ""
    problem = f"{value!r} is not among those that these credentials may use{hint}"
    return Problem(field, problem, ", ".join(known[:10]) or "none: the credentials see nothing")
