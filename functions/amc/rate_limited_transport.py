"""Transport with a rate limit that all callers of one client id share after AMC has throttled any of them."""

from functions.amc.answers import retry_after_of
from functions.amc.api import Transport
from functions.amc.http import Body, Cancellation, Response
from functions.ports import Metrics
from wfm.model.tenants import Tenant
from wfm.store.rate_limits import RateLimits


class RateLimitedTransport:
    """Implements `functions.amc.api.Transport` around another transport."""

    def __init__(self, transport: Transport, rate_limits: RateLimits, metrics: Metrics) -> None:
        self._transport = transport
        self._rate_limits = rate_limits
        self._metrics = metrics

    @property
    def cancellation(self) -> Cancellation:
        """Method and body that cancel a run."""
        return self._transport.cancellation

    def reporting_path(self, tenant: Tenant) -> str:
        """The start of the tenant's reporting paths on the host."""
        return self._transport.reporting_path(tenant)

    def rate_limit_key(self, tenant: Tenant) -> str:
        """The key of the wrapped transport."""
        return self._transport.rate_limit_key(tenant)

    def send(self, tenant: Tenant, method: str, path: str, body: Body) -> Response:
        """AMC's answer; AmcThrottled, with nothing sent, if the wait for the rate limit would be too long."""
        rate_limit_key = self.rate_limit_key(tenant)
        self._rate_limits.keep(rate_limit_key)
        response = self._transport.send(tenant, method, path, body)
        pause = retry_after_of(response)
        if response.status == 429:
            self._metrics.count("AmcThrottled")
        if response.status == 429 or pause is not None:
            self._rate_limits.slow_down(rate_limit_key, pause)
        return response
