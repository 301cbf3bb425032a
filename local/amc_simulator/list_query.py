"""The query string of an execution list. [OpenAPI; error texts: ours]"""

from local.amc_simulator.bodies import is_true
from local.amc_simulator.errors import AmcError
from local.amc_simulator.history import ListQuery
from local.amc_simulator.moments import from_local_text

_LAST_FRACTION = 0.999_999


def read_query(
    instance_id: str, parameters: dict[str, str], limit: int, position: int | None, visible_until: float
) -> ListQuery:
    """One of workflowId and minCreationTime is needed; times are local to `timeZone`, without `Z`."""
    workflow_id = parameters.get("workflowId") or None
    first, last = parameters.get("minCreationTime"), parameters.get("maxCreationTime")
    if not workflow_id and not first:
        raise AmcError(400, "Either workflowId or minCreationTime must be provided.")
    time_zone = parameters.get("timeZone") or "UTC"
    try:
        created_from = from_local_text(first, time_zone) if first else float("-inf")
        created_until = from_local_text(last, time_zone) + _LAST_FRACTION if last else float("inf")
    except ValueError as exc:
        raise AmcError(400, f"Creation time: {exc}.") from exc
    return ListQuery(
        instance_id=instance_id,
        workflow_id=workflow_id,
        created_from=created_from,
        created_until=min(created_until, visible_until),
        ascending=is_true(parameters.get("sortAscending")),
        include_cancelled=is_true(parameters.get("includeCancelled")),
        limit=limit,
        position=position,
    )
