"""The AccessTokens table: per authId the token that all Lambdas share, and the lease of whoever refreshes it.

A row is {authId, accessToken?, clientId?, expiresAt?, refreshingUntil?, expireTimestamp}: seconds since 1970, but
`refreshingUntil` in milliseconds, which also distinguishes one lease from the next.
"""

from typing import TYPE_CHECKING, Final, TypedDict

from boto3.dynamodb.conditions import Attr, ConditionBase

from wfm.model.credentials import AccessToken
from wfm.store.items import Update, replacing, setting
from wfm.store.schema import ACCESS_TOKENS
from wfm.store.table_rows import find_row, update_if

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

LEASE_SECONDS: Final = 20.0  # a refresh takes well under a second; whoever takes longer is taken for dead
_KEPT_SECONDS: Final = 86_400  # rows of authIds that nobody uses any more go by themselves


class _TokenRow(TypedDict, total=False):
    accessToken: str
    clientId: str
    expiresAt: int


class AccessTokensTable:
    """Access tokens and their leases. Every write is conditional, so that a late one undoes nothing."""

    def __init__(self, table: "Table") -> None:
        self._table = table

    def find(self, auth_id: str) -> AccessToken | None:
        """The shared token, however old; None when there is none."""
        row = find_row(self._table, ACCESS_TOKENS.key(auth_id), _TokenRow)
        if row is None or "accessToken" not in row:
            return None
        return AccessToken(row["clientId"], row["accessToken"], row["expiresAt"])

    def begin_refresh(self, auth_id: str, seen: AccessToken | None, now: float) -> int | None:
        """Take the lease to replace the token that was seen; None while somebody has it, or has replaced the token."""
        free = Attr("refreshingUntil").not_exists() | Attr("refreshingUntil").lt(int(now * 1000))
        lease = int((now + LEASE_SECONDS) * 1000)
        update = setting({"refreshingUntil": lease, "expireTimestamp": int(now) + _KEPT_SECONDS})
        return lease if self._update_if(auth_id, _still(seen) & free, update) else None

    def keep(self, auth_id: str, token: AccessToken, lease: int) -> None:
        """Store a fresh token and end the lease, unless another Lambda has the lease by now."""
        fields = {
            "accessToken": token.value,
            "clientId": token.client_id,
            "expiresAt": token.expires_at,
            "expireTimestamp": token.expires_at + _KEPT_SECONDS,
        }
        self._update_if(auth_id, Attr("refreshingUntil").eq(lease), setting(fields, gone=["refreshingUntil"]))

    def give_up(self, auth_id: str, lease: int) -> None:
        """End the lease without a token."""
        self._remove_if(auth_id, Attr("refreshingUntil").eq(lease), "refreshingUntil")

    def forget(self, auth_id: str, token: str) -> None:
        """Remove the token if it is this one."""
        self._remove_if(auth_id, Attr("accessToken").eq(token), "accessToken", "clientId", "expiresAt")

    def _remove_if(self, auth_id: str, condition: ConditionBase, *names: str) -> None:
        self._update_if(auth_id, condition, replacing({}, names))

    def _update_if(self, auth_id: str, condition: ConditionBase, update: Update) -> bool:
        return update_if(self._table, ACCESS_TOKENS.key(auth_id), condition, update)


def _still(seen: AccessToken | None) -> ConditionBase:
    return Attr("accessToken").eq(seen.value) if seen else Attr("accessToken").not_exists()
