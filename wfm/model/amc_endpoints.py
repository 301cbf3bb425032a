"""The address of an instance-level AMC API: one API Gateway per instance, called with SigV4.

Amazon retired it (its migration guide, "migration-FAQs"): a record that names one is refused, and the rows of tenants
that were onboarded before can still be read.
"""

import re
from dataclasses import dataclass
from typing import Final

from wfm.errors import InvalidRequest

FIELD: Final = "AMC.amcApiEndpoint"
RETIRED: Final = "Amazon retired the instance-level AMC API on 1 August 2024"
INSTEAD: Final = (
    "amcInstanceId, amcAmazonAdsAdvertiserId and amcAmazonAdsMarketplaceId (and authId, unless it is `default`)"
    " instead of AMC.amcApiEndpoint"
)
_ALLOWED: Final = "https://<api-id>.execute-api.<region>.amazonaws.com/<stage>"

# API Gateway's default host: {api-id}.execute-api.{region}.amazonaws.com (its developer guide, "Invoke a REST API").
# Matched whole and in lower case: no port, no user info, no other host, no query, no fragment, nothing escaped.
_ENDPOINT: Final = re.compile(
    r"https://(?P<api>[a-z0-9]{8,32})\.execute-api\."
    r"(?P<region>(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:[a-z]{3,10}-)?[a-z]{4,10}-[1-9])"
    r"\.amazonaws\.com/(?P<stage>[A-Za-z0-9_-]{1,128})/?",
    re.ASCII,
)


@dataclass(frozen=True)
class ApiEndpoint:
    """`url` with its stage and no slash at its end."""

    api_id: str
    region: str
    url: str


def read_api_endpoint(url: object) -> ApiEndpoint:
    """The endpoint in a TPS record; InvalidRequest when a signed request must not go there."""
    match = _ENDPOINT.fullmatch(url) if isinstance(url, str) else None
    if match is None:
        raise InvalidRequest(FIELD, f"{url!r} is no address of an AMC instance", _ALLOWED)
    return ApiEndpoint(match["api"], match["region"], match[0].rstrip("/"))
