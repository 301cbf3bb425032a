"""What a log line holds: of what went well only what it takes to find and read it."""

from typing import TYPE_CHECKING, Final

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

if TYPE_CHECKING:
    from aws_lambda_powertools.logging.types import LogRecord

# The log group names the function, and the run's ids find the line: these are for whoever looks for a fault.
OF_TROUBLE: Final = frozenset({"service", "location", "executionName", "lambda_request_id", "xray_trace_id"})
_LEVELS_WITHOUT_TROUBLE: Final = frozenset({"DEBUG", "INFO"})


class LineFormatter(LambdaPowertoolsFormatter):
    """Lines of JSON. Those of warnings and errors also say where in the code, and in which call of Lambda."""

    def __init__(self) -> None:
        super().__init__(use_rfc3339=True)  # the only time that Lambda's own filter of levels reads

    def serialize(self, log: "LogRecord") -> str:
        """The line's text."""
        if log["level"] not in _LEVELS_WITHOUT_TROUBLE:
            return super().serialize(log)
        return super().serialize({name: value for name, value in log.items() if name not in OF_TROUBLE})
