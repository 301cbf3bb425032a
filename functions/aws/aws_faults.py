"""Which failures of AWS's own services pass by themselves: throttles, faults of theirs, answers that did not come.

botocore tries each call a few times, for some seconds. A burst may keep DynamoDB, KMS or Step Functions busy longer.
"""

from typing import Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from wfm.store.items import error_codes, is_conflict

# Those that do not say "throttl...": as botocore counts them, of parts of a transaction, and StartExecution's own.
_BUSY_CODES: Final = frozenset(
    {
        "BandwidthLimitExceeded", "ExecutionLimitExceeded", "PriorRequestNotComplete", "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestTimeout", "RequestTimeoutException",
        "SlowDown", "TooManyRequestsException",
    }
)  # fmt: skip


def is_transient(exc: Exception) -> bool:
    """Whether the same call is worth another try after a while."""
    if isinstance(exc, (NotConnected, HTTPClientError)):
        return True
    if not isinstance(exc, ClientError):
        return False
    codes = {code for code in error_codes(exc) if code}
    is_theirs = int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
    return is_theirs or is_conflict(exc) or any(code in _BUSY_CODES or "throttl" in code.lower() for code in codes)
