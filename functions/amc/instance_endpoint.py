"""Transport over the instance-level API: one API Gateway per instance, requests signed with SigV4.

Amazon retired it on 1 August 2024 (its migration guide, "migration-FAQs"); what is left of it answers 410,
404 as a gateway does, or not at all.
"""

import json
from collections.abc import Mapping
from typing import Final

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

from functions.amc.http import Body, Cancellation, HttpClient, Response, as_json, ask_amc
from functions.amc.tenant_sessions import TenantSessions
from wfm.errors import AmcRefused, AmcUnavailable
from wfm.model.amc_endpoints import INSTEAD, RETIRED, read_api_endpoint
from wfm.model.tenants import Tenant

_RETIRED_HELP: Final = f"{RETIRED}; in the TPS record, give {INSTEAD}"


class InstanceEndpointTransport:
    """Implements `functions.amc.api.Transport`. Each call checks that the host has AMC's form."""

    cancellation: Cancellation = ("DELETE", None)  # as Amazon's own client of that API did

    def __init__(self, http: HttpClient, sessions: TenantSessions) -> None:
        self._http = http
        self._sessions = sessions

    def reporting_path(self, tenant: Tenant) -> str:  # noqa: ARG002 (the host is the instance)
        """Reporting paths start at the instance's stage."""
        return ""

    def rate_limit_key(self, tenant: Tenant) -> str:
        """The gateway, which each instance has of its own."""
        return str(tenant.api_endpoint)

    def send(self, tenant: Tenant, method: str, path: str, body: Body) -> Response:
        """AMC's answer; for that of a gateway that is gone AmcRefused says what to change in the record."""
        endpoint = read_api_endpoint(tenant.api_endpoint)
        data, headers = as_json(body)
        request = AWSRequest(method, endpoint.url + path, headers, data)
        SigV4Auth(self._sessions.of(tenant.customer_id, endpoint), "execute-api", endpoint.region).add_auth(request)
        try:
            response = ask_amc(self._http, method, endpoint.url + path, data, dict(request.headers.items()))
        except AmcUnavailable as exc:
            raise AmcUnavailable(f"{exc.problem}; {_RETIRED_HELP}", sent=exc.sent) from exc
        if response.status == 410 or (response.status == 404 and not _is_amcs(response)):
            raise AmcRefused(response.status, _RETIRED_HELP)
        return response


def _is_amcs(response: Response) -> bool:
    """Whether AMC itself has said so: a gateway says no more than `message`, and that not always in JSON."""
    try:
        answer = json.loads(response.data or b"")
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, Mapping) and not answer.keys() <= {"message"}
