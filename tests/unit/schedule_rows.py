"""Rows of Schedules as these tests speak of them."""

from typing import Any

from tests.builders import a_tenant_row
from tests.fakes import World


def a_row(**fields: Any) -> dict[str, Any]:
    """Daily at 13:00, an hour after the fakes' noon; a field that is None is left out."""
    row = {
        "customerId": "acme",
        "Name": "daily",
        "ScheduleExpression": "cron(0 13 * * ? *)",
        "Input": {"payload": {"workflowId": "reach", "timeWindowStart": "TODAY(-7)", "timeWindowEnd": "TODAY(0)"}},
        **fields,
    }
    return {name: value for name, value in row.items() if value is not None}


def a_world(*rows: dict[str, Any], **tenant: Any) -> World:
    """The tenant acme, and these schedules' rows."""
    world = World(a_tenant_row(**tenant))
    for row in rows:
        world.schedules.rows[row["customerId"], row["Name"]] = dict(row)
    return world
