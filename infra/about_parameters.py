"""What people read of each of `wfm_parameters`; docs/parameters.md shows these tables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from infra import parameter_checks as checks
from infra.parameter_checks import Check


@dataclass(frozen=True)
class About:
    """A parameter: what it may be, what it changes, an example as it stands in cdk.json."""

    check: Check
    changes: str
    example: object


_STACK: Final = {
    "team": About(checks.NAME, "Part of the stack's name `wfm-{team}-{dataset}`, the begin of all names.", "ads"),
    "dataset": About(checks.NAME, "The other part; deployments under other names live side by side.", "amcprod"),
    "tps_table_stream_arn": About(
        checks.STREAM,
        "The stream of the Tenant Provisioning Service's CustomerConfig, to be used instead of a table of ours.",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/CustomerConfig/stream/2026-01-01T00:00:00.000",
    ),
    "tps_table_key_arn": About(
        checks.KEY,
        "The key of that table, where it has one of its own: WFM may decrypt with it.",
        "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    ),
    "log_retention_days": About(checks.DAYS, "How long CloudWatch keeps the logs.", 30),
    "trace_percent": About(
        checks.PERCENT, "How many of 100 executions have a trace in X-Ray, and with it the Lambdas that they call.", 100
    ),
    "result_buckets": About(
        checks.BUCKETS,
        "The buckets in which AMC leaves results. WFM may read these and be notified by them, and no others.",
        ["amc-acme-*"],
    ),
    "deliveries": About(
        checks.DELIVERIES,
        "Whether results are delivered as Parquet files into a bucket of the stack's own, with tables for Athena:"
        " [deliveries](deliveries.md).",
        "on",
    ),
    "idle_poll_minutes": About(
        checks.IDLE_MINUTES,
        "How often AMC is asked, at the least, about a tenant whose results are watched and in which nothing happens.",
        240,
    ),
    "removal": About(checks.REMOVAL, "What becomes of tables, key and secret when the stack is deleted.", "destroy"),
    "alarm_address": About(
        checks.ADDRESS, "Who gets an e-mail of each alarm, once they have confirmed SNS's first one.", "ops@example.com"
    ),
}  # fmt: skip
_PIPELINE: Final = {
    "pipeline": About(checks.PIPELINE, "The pipeline's name.", "wfm"),
    "connection_arn": About(
        checks.CONNECTION,
        "The connection to the repository's host. With it, what is deployed is the pipeline.",
        "arn:aws:codeconnections:eu-west-1:111122223333:connection/aEXAMPLE-8aad-4d5d-8878-dfcab0bc441f",
    ),
    "repository": About(checks.REPOSITORY, "Where the code is.", "acme/wfm"),
    "branch": About(checks.BRANCH, "Which branch the pipeline deploys.", "release"),
    "pipeline_account": About(checks.ACCOUNT, "Its own account; needed with `environments`.", "111122223333"),
    "pipeline_region": About(checks.REGION, "Its own region; needed with `environments`.", "eu-west-1"),
    "environments": About(
        checks.ENVIRONMENTS,
        "Where the pipeline deploys to, one after the other; without them to its own account and region.",
        [{"name": "dev", "account": "111122223333", "region": "eu-west-1"}],
    ),
}  # fmt: skip
ABOUT: Final[Mapping[str, About]] = _STACK | _PIPELINE
OF_A_STACK: Final = tuple(_STACK)  # an environment may have its own of each
OF_AN_ENVIRONMENT: Final[Mapping[str, About]] = {
    "name": About(checks.NAME, "Ends the stage's name, `microservices-{name}`.", "prod"),
    "account": About(checks.ACCOUNT, "Where to deploy to.", "444455556666"),
    "region": About(checks.REGION, "The same.", "us-east-1"),
    "approval": About(checks.YES_OR_NO, "Whether a person has to agree before.", True),
}


def table(parameters: Mapping[str, About], defaults: Mapping[str, object] | None = None) -> str:
    """The Markdown table of docs/parameters.md; with the column of defaults if there are any."""
    columns = ["parameter", *(["default"] if defaults is not None else []), "must be", "what it changes", "example"]
    rows = [
        [f"`{name}`", *([_code(defaults[name])] if defaults is not None else []), _plain(about.check.allowed),
         about.changes, _code(about.example)]
        for name, about in parameters.items()
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(row)} |" for row in (columns, ["---"] * len(columns), *rows))


def _code(value: object) -> str:
    if value is None or value == ():
        return "none"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _plain(text: str) -> str:
    """A star by itself would begin emphasis."""
    return text.replace(" * ", " `*` ")
