"""A way to AMC on which all whom AMC takes for one caller keep one pace, once it has throttled one of them."""

from functions.amc.answers import retry_after_of
from functions.amc.api import Transport
from functions.amc.http import Body, Cancellation, Response
from functions.ports import Metrics
from wfm.model.tenants import Tenant
from wfm.store.rate_limits import RateLimits


class RateLimitedTransport:
    """Keeps `functions.amc.api.Transport`, by another one that does the sending."""

    def __init__(self, transport: Transport, rate_limits: RateLimits, metrics: Metrics) -> None:
        self._transport = transport
        self._rate_limits = rate_limits
        self._metrics = metrics

    @property
    def cancellation(self) -> Cancellation:
        """Method and body that cancel a run."""
        return self._transport.cancellation

    def reporting_path(self, tenant: Tenant) -> str:
        """Where the paths of the tenant's reporting begin on the host."""
        return self._transport.reporting_path(tenant)

    def rate_limit_key(self, tenant: Tenant) -> str:
        """Whose pace it is."""
        return self._transport.rate_limit_key(tenant)

    def send(self, tenant: Tenant, method: str, path: str, body: Body) -> Response:
        """AMC's answer; AmcThrottled, and nothing sent, when too many wait for their moment already."""
        rate_limit_key = self.rate_limit_key(tenant)
        self._rate_limits.keep(rate_limit_key)
        response = self._transport.send(tenant, method, path, body)
        pause = retry_after_of(response)
        if response.status == 429:
            self._metrics.count("AmcThrottled")
        if response.status == 429 or pause is not None:
            self._rate_limits.slow_down(rate_limit_key, pause)
        return response
