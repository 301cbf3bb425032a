"""Sessions of the one role that may call instance-level APIs; session tags restrict each to one tenant's API."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from botocore.credentials import Credentials

from wfm.model.amc_endpoints import ApiEndpoint

EXPIRY_MARGIN_SECONDS: Final = 300.0


class Sts(Protocol):
    """The part of boto3's client that is used."""

    def assume_role(self, **request: Any) -> Mapping[str, Any]: ...


class TenantSessions:
    """Sessions by tenant. The role's policy allows only the API in the session's tags."""

    def __init__(self, sts: Callable[[], Sts], role_arn: str, clock: Callable[[], float] = time.time) -> None:
        self._sts = sts
        self._role_arn = role_arn
        self._clock = clock
        self._kept: dict[tuple[str, ApiEndpoint], tuple[Credentials, float]] = {}

    def of(self, customer_id: str, endpoint: ApiEndpoint) -> Credentials:
        """The tenant's session, renewed shortly before it expires. botocore's errors are raised as they are."""
        key = (customer_id, endpoint)
        credentials, expires = self._kept.get(key, (None, 0.0))
        if credentials is None or self._clock() > expires - EXPIRY_MARGIN_SECONDS:
            credentials, expires = self._kept[key] = self._assume(customer_id, endpoint)
        return credentials

    def _assume(self, customer_id: str, endpoint: ApiEndpoint) -> tuple[Credentials, float]:
        tags = {"customerId": customer_id, "apiId": endpoint.api_id, "apiRegion": endpoint.region}
        answer = self._sts().assume_role(
            RoleArn=self._role_arn,
            RoleSessionName=f"wfm-{customer_id}",
            Tags=[{"Key": name, "Value": value} for name, value in tags.items()],
        )["Credentials"]
        credentials = Credentials(answer["AccessKeyId"], answer["SecretAccessKey"], answer["SessionToken"])
        return credentials, answer["Expiration"].timestamp()
