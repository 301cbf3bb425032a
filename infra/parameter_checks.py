"""What each of `wfm_parameters` may be: checked against what AWS allows, with the fix in the message."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeAlias

LOG_RETENTION_DAYS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)  # CloudWatch Logs API, PutRetentionPolicy
ALL_PERCENT: Final = 100
_ARN = r"arn:aws[a-z-]*:{}:[a-z0-9-]+:\d{{12}}:{}"


class ParameterError(ValueError):
    """A parameter that cannot be deployed; the message is one sentence for the person who wrote cdk.json."""


@dataclass(frozen=True)
class Check:
    """What a value must be. `allowed` ends the sentence "... must be"; `read` gives None for what is not."""

    allowed: str
    read: Callable[[object], object]

    def __call__(self, name: str, value: object) -> object:
        """The value as the stack takes it; `name` is what stands in cdk.json. Raises ParameterError."""
        checked = self.read(value)
        if checked is None:
            raise ParameterError(f"{name} in cdk.json is {value!r}, but must be {self.allowed}.")
        return checked


def text(pattern: str, allowed: str) -> Check:
    """A string that fits the whole pattern."""
    compiled = re.compile(pattern)
    return Check(allowed, lambda value: value if isinstance(value, str) and compiled.fullmatch(value) else None)


def require_known(where: str, keys: Mapping[str, object], known: list[str]) -> None:
    """Raises ParameterError for the first key that is not known, with the closest one that is."""
    for key in keys:
        if key not in known:
            close = get_close_matches(str(key), known, n=1, cutoff=0)[0]
            raise ParameterError(
                f"{where} in cdk.json has the unknown key {key!r} (did you mean {close!r}?);"
                f" known are {', '.join(known)}."
            )


def _days(value: object) -> int | None:
    is_days = isinstance(value, int) and not isinstance(value, bool) and value in LOG_RETENTION_DAYS
    return value if is_days and isinstance(value, int) else None


def _idle_minutes(value: object) -> int | None:
    """As often as a tenant whose results are not watched, to once a day."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 10 <= value <= 1440 else None


def _percent(value: object) -> int | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and isinstance(value, int) and 0 <= value <= ALL_PERCENT else None


def _buckets(value: object) -> tuple[str, ...] | None:
    """A pattern of three characters may still be one that any bucket's name fits, but not by chance."""
    pattern = re.compile(r"[a-z0-9][a-z0-9.*-]{1,61}[a-z0-9*]")
    given = value if isinstance(value, list | tuple) else []
    return tuple(given) if given and all(isinstance(each, str) and pattern.fullmatch(each) for each in given) else None


Environments: TypeAlias = tuple[dict[str, object], ...]


def _objects(value: object) -> Environments | None:
    given = value if isinstance(value, list) else []
    return tuple(given) if given and all(isinstance(each, dict) for each in given) else None


NAME: Final = text(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", "letters and digits, in groups joined by single hyphens")
ACCOUNT: Final = text(r"\d{12}", 'the 12 digits of an AWS account, as text ("111122223333")')
REGION: Final = text(r"[a-z]{2}(-[a-z]+)+-\d", "an AWS region, such as eu-west-1")
YES_OR_NO: Final = Check("true or false", lambda value: value if isinstance(value, bool) else None)
PIPELINE: Final = text(r"[A-Za-z0-9.@_-]{1,100}", "1 to 100 letters, digits and . @ _ -")  # CodePipeline API
STREAM: Final = text(
    _ARN.format("dynamodb", r"table/[A-Za-z0-9_.-]{3,255}/stream/[0-9T:.-]+"), "the ARN of a DynamoDB table's stream"
)
KEY: Final = text(_ARN.format("kms", "key/[A-Za-z0-9-]+"), "the ARN of a KMS key")
CONNECTION: Final = text(
    _ARN.format("(codeconnections|codestar-connections)", "connection/[A-Za-z0-9-]+"),
    "the ARN of a CodeConnections connection",
)
REPOSITORY: Final = text(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+", "a repository as owner/name")
BRANCH: Final = text(r"[A-Za-z0-9_./-]{1,255}", "the name of a branch")
ADDRESS: Final = text(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+", "one e-mail address")
REMOVAL: Final = text("retain|destroy", "retain, or destroy for a deployment whose data nobody needs")
DELIVERIES: Final = text("off|on", "off, or on for Parquet files of the workflows that ask for them")
DAYS: Final = Check("one of " + ", ".join(map(str, LOG_RETENTION_DAYS)), _days)
IDLE_MINUTES: Final = Check("a whole number of minutes from 10 to 1440", _idle_minutes)
PERCENT: Final = Check("a whole number from 0 to 100", _percent)
BUCKETS: Final = Check(
    "a list of bucket names, in which * stands for any characters but not at the beginning", _buckets
)
ENVIRONMENTS: Final = Check("a list of objects, each with name, account and region", _objects)
