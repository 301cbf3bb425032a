"""Executions of the deployment's machines that have not ended."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class RunningExecutions:
    """Of the Standard machines with these ARNs; Step Functions keeps no list of Express executions."""

    def __init__(self, stepfunctions: "SFNClient", machines: Iterable[str]) -> None:
        self._client = stepfunctions
        self._machines = tuple(machines)

    def count(self) -> Mapping[str, int]:
        """How many each machine has, by its name; without those that have none."""
        counts = {arn.rpartition(":")[2]: len(self.names(arn)) for arn in self._machines}
        return {machine: count for machine, count in counts.items() if count}

    def names(self, machine: str) -> list[str]:
        """The names of the executions of one machine; none of one that is gone."""
        listing = self._client.get_paginator("list_executions")
        try:
            pages = list(listing.paginate(stateMachineArn=machine, statusFilter="RUNNING"))
        except self._client.exceptions.StateMachineDoesNotExist:
            return []
        return [each["name"] for page in pages for each in page["executions"]]
