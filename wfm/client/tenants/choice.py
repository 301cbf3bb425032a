"""Which tenants a person means: `acme`, `acme,birch`, `tag:retail`, or `all`."""

from collections.abc import Iterable, Sequence
from typing import Final

from wfm.client.records import Tenant
from wfm.client.suggestions import suggest
from wfm.errors import UnknownCustomer, UsageError
from wfm.model.rows import list_in

ALL: Final = "all"
TAG: Final = "tag:"
NOT_SERVED: Final = ("OFFBOARDING", "OFFBOARDED", "PROVISIONING", "FAILED")


def is_id(word: str) -> bool:
    """Whether it names one tenant, known or not."""
    return word != ALL and "," not in word and not word.startswith(TAG)


def choose(words: Iterable[str], tenants: Sequence[Tenant], *, any_status: bool = False) -> list[str]:
    """The ids of the tenants, each once, in order. UnknownCustomer and UsageError name what there is instead.

    All of them must be served, unless they may have `any_status`.
    """
    served = [tenant for tenant in tenants if any_status or tenant.status not in NOT_SERVED]
    chosen: dict[str, None] = {}
    for word in (part.strip() for given in words for part in given.split(",")):
        chosen |= dict.fromkeys(_meant(word, tenants, served))
    return sorted(chosen)


def _meant(word: str, tenants: Sequence[Tenant], served: Sequence[Tenant]) -> list[str]:
    named = next((tenant for tenant in tenants if tenant.customer_id == word), None)
    if named is not None:
        if named not in served:
            raise UsageError(f"customerId: {word} is {named.status}; allowed: one that is ACTIVE or PAUSED")
        return [word]
    if word == ALL:
        return [tenant.customer_id for tenant in served]
    if word.startswith(TAG):
        return _tagged(word.removeprefix(TAG), served)
    known = [tenant.customer_id for tenant in served]
    raise UnknownCustomer(f"customerId: no customer {word!r}; {suggest(word, known)}; also {ALL}, or {TAG}NAME")


def _tagged(tag: str, served: Sequence[Tenant]) -> list[str]:
    tags = {tenant.customer_id: {str(one) for one in list_in(tenant.row.get("tags"))} for tenant in served}
    found = [name for name, its in tags.items() if tag in its]
    if not found:
        known = {one for its in tags.values() for one in its}
        raise UsageError(f"{TAG}{tag}: no tenant that is served has this tag; {suggest(tag, known)}")
    return found
