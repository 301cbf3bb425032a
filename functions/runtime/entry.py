"""The wrapper of every handler: it passes the ports, and adds ids to all log lines."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, Final

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from functions.runtime.log_lines import LineFormatter
from functions.runtime.wiring import Ports, ports
from wfm.errors import AmcRefused, AwsBusy
from wfm.store.items import error_codes, is_conflict

logger = Logger(service="wfm", logger_formatter=LineFormatter())

# Those that do not say "throttl...": as botocore counts them, of parts of a transaction, and StartExecution's own.
_BUSY_CODES: Final = frozenset(
    {
        "BandwidthLimitExceeded", "ExecutionLimitExceeded", "PriorRequestNotComplete", "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException", "RequestLimitExceeded", "RequestTimeout", "RequestTimeoutException",
        "SlowDown", "TooManyRequestsException",
    }
)  # fmt: skip
# By these, lines are found that are about the same run. Their values are checked before they come here.
RUN_IDS: Final = ("customerId", "requestId", "workflowExecutionId", "workflowId", "executionName", "traceId")
_OWN_KEYS: Final = ("handler", "lambda_request_id")

Handler = Callable[[Any, Ports], Any]


def entry(handle: Handler) -> Callable[..., Any]:
    """The Lambda handler around `handle(event, ports)`. Logs ids and error names, never an event, SQL or a secret.

    What has worked for a run says so in a line, so that the run's lines tell its whole story. A step without an answer
    has only stored its task token: that it was there stands in the execution's history.
    """

    @wraps(handle)
    def handler(event: Any, context: Any = None, *, ports: Callable[[], Ports] = ports) -> Any:
        request_id = getattr(context, "aws_request_id", None)
        logger.append_keys(handler=handle.__module__.rpartition(".")[2], lambda_request_id=request_id)
        try:
            with about_one_run():
                log_about(event if isinstance(event, Mapping) else {})
                result = handle(event, ports())
                if result is not None:
                    log_done(result)
                return result
        except Exception as exc:
            if is_transient(exc):  # Step Functions tries that for hours, and what it does not know for two minutes
                raise AwsBusy(str(exc)) from exc
            raise
        finally:
            logger.remove_keys(_OWN_KEYS)

    return handler


@contextmanager
def about_one_run(failed: str = "failed") -> Iterator[None]:
    """The ids that `log_about` adds inside are on all lines from there on, and on the one that says why it `failed`."""
    try:
        yield
    except Exception as exc:
        logger.warning(failed, **log_fields(exc))
        raise
    finally:
        logger.remove_keys(RUN_IDS)


def log_about(ids: Mapping[str, Any]) -> None:
    """Add the ids that an event or a row has to all lines that follow about this run."""
    logger.append_keys(**{name: ids[name] for name in RUN_IDS if ids.get(name)})


def log_done(result: object = None) -> None:
    """Log that this run's step is done, with the status that it came to; nothing where no request is known."""
    if logger.get_current_keys().get("requestId"):
        status = result.get("status") if isinstance(result, Mapping) else None
        logger.info("done", **({"status": status} if status else {}))


def is_transient(exc: Exception) -> bool:
    """Whether a call of AWS failed for a reason that may pass: a throttle, a fault of the service, no answer."""
    if isinstance(exc, (NotConnected, HTTPClientError)):
        return True
    if not isinstance(exc, ClientError):
        return False
    codes = {code for code in error_codes(exc) if code}
    is_theirs = int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
    return is_theirs or is_conflict(exc) or any(code in _BUSY_CODES or "throttl" in code.lower() for code in codes)


def log_fields(error: BaseException) -> dict[str, Any]:
    """An error's fields of a log line. AMC's words may quote SQL or a token: they are never logged."""
    source = error if isinstance(error, AmcRefused) else error.__cause__
    problem = source.without_words if isinstance(source, AmcRefused) else str(error)
    return {"error": type(error).__name__, "problem": problem[:500]}


@contextmanager
def redact_amc_message(keep: Callable[[str], bool | None]) -> Iterator[None]:
    """Give AMC's words to `keep`, and raise AmcRefused without them: Lambda logs what a handler raises."""
    try:
        yield
    except AmcRefused as exc:
        if keep(str(exc)) is False:
            raise
        raise AmcRefused(exc.status, "AMC's words are on the row", exc.request_ids) from None
