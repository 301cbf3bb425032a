"""AMC's own schedules of all instances. They are kept and shown; nothing runs by them."""

from bisect import bisect_right
from typing import Any

from local.amc_simulator.errors import duplicate_schedule, unknown_schedule, workflow_in_use


class ScheduleStore:
    """Schedules by instance and id."""

    def __init__(self) -> None:
        self._saved: dict[str, dict[str, dict[str, Any]]] = {}

    def create(self, instance_id: str, schedule: dict[str, Any]) -> None:
        """Save under a new id."""
        saved = self._saved.setdefault(instance_id, {})
        if schedule["scheduleId"] in saved:
            raise duplicate_schedule(schedule["scheduleId"])
        saved[schedule["scheduleId"]] = schedule

    def replace(self, instance_id: str, schedule: dict[str, Any]) -> None:
        """Save under an id that exists."""
        self.get(instance_id, schedule["scheduleId"])
        self._saved[instance_id][schedule["scheduleId"]] = schedule

    def get(self, instance_id: str, schedule_id: str) -> dict[str, Any]:
        """One schedule."""
        found = self._saved.get(instance_id, {}).get(schedule_id)
        if found is None:
            raise unknown_schedule(schedule_id)
        return found

    def delete(self, instance_id: str, schedule_id: str) -> None:
        """Forget one."""
        self.get(instance_id, schedule_id)
        del self._saved[instance_id][schedule_id]

    def page(self, instance_id: str, after: str, limit: int) -> list[dict[str, Any]]:
        """Schedules in the order of their ids, those behind `after`."""
        saved = self._saved.get(instance_id, {})
        ids = sorted(saved)
        start = bisect_right(ids, after)
        return [saved[schedule_id] for schedule_id in ids[start : start + limit]]

    def check_unused(self, instance_id: str, workflow_id: str) -> None:
        """A workflow that a schedule references cannot be deleted. [guide]"""
        saved = self._saved.get(instance_id, {}).values()
        using = [schedule["scheduleId"] for schedule in saved if schedule["workflowId"] == workflow_id]
        if using:
            raise workflow_in_use(workflow_id, using)
