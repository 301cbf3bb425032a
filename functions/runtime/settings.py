"""The settings of a deployment's Lambdas; the CDK app writes the environment from the same class that reads it."""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import timedelta
from functools import cache

from wfm.store.schema import TableNames


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings(TableNames):
    """Names of tables, ARNs of everything else. `amc_endpoints` is JSON: region -> {"api": url, "token": url}.

    Those with a default are of a part that a deployment may be without.
    """

    prefix: str
    access_tokens_table: str
    execution_lifecycle_arn: str
    tenant_onboarding_arn: str
    tenant_offboarding_arn: str
    workflow_sync_arn: str
    library_rollout_arn: str
    backfill_arn: str
    schedule_group: str
    schedule_role_arn: str
    schedule_failures_arn: str
    execution_events_topic_arn: str
    amc_credentials_secret_arn: str
    tenant_amc_access_role: str
    key_arn: str
    start_execution_function: str
    amc_endpoints: str
    idle_poll_minutes: str
    delivery_queue: str = ""
    delivery_bucket: str = ""
    delivery_database: str = ""

    @property
    def longest_idle(self) -> timedelta:
        """The longest interval between polls of a tenant whose results are watched, and in which nothing happens."""
        return timedelta(minutes=int(self.idle_poll_minutes))

    def to_environment(self) -> dict[str, str]:
        """The environment variables of a Lambda."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {_variable(name): value for name, value in values.items() if value}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings in an environment; KeyError names a variable that is missing."""
        wanted = {field.name: _variable(field.name) for field in fields(cls)}
        needed = {field.name for field in fields(cls) if field.default is MISSING}
        found = {name: at for name, at in wanted.items() if name in needed or at in environment}
        return cls(**{name: environment[at] for name, at in found.items()})


def _variable(field: str) -> str:
    return f"WFM_{field.upper()}"


@cache
def settings() -> Settings:
    """This Lambda's settings, read once."""
    return Settings.from_environment(os.environ)
