"""Digests: a daily message about each tenant whose record asks for it."""

from datetime import timedelta

import aws_cdk as cdk
import aws_cdk.aws_scheduler as scheduler
import aws_cdk.aws_scheduler_targets as scheduler_targets
from constructs import Construct

from functions.services.notifications.digests import INDEX_LAG
from infra.grants import allow_index, allow_table
from infra.stack_context import StackContext
from wfm.store.schema import REQUESTS_BY_TIME, RUNS_BY_TIME

HOUR_UTC = 6
MINUTE = INDEX_LAG // timedelta(minutes=1)  # so that a digest covers six to six


class Digests(Construct):
    """The Lambda SendDigests and its schedule `{prefix}-digests`."""

    def __init__(self, scope: Construct, construct_id: str, *, context: StackContext) -> None:
        super().__init__(scope, construct_id)
        tables = context.tables
        function = context.function(self, "SendDigests", "Sends each tenant's daily summary", seconds=600)
        allow_table(function, tables.tenants, "Scan", "UpdateItem")
        allow_index(function, tables.executions, RUNS_BY_TIME)
        allow_index(function, tables.execution_requests, REQUESTS_BY_TIME)
        context.allow_topics(function)
        scheduler.Schedule(
            self,
            "Daily",
            schedule_name=f"{context.foundation.prefix}-digests",
            schedule=scheduler.ScheduleExpression.cron(
                minute=str(MINUTE), hour=str(HOUR_UTC), time_zone=cdk.TimeZone.ETC_UTC
            ),
            target=scheduler_targets.LambdaInvoke(function, input=scheduler.ScheduleTargetInput.from_object({})),
            description="Sends the digests of the day before",
        )
