"""`/amc/reporting/{instanceId}/dataSources`: the tables that an instance's queries may read.

Bodies are flat, as those of workflows are. [fields: OpenAPI; which tables an instance has: guide of the data sources]
"""

from typing import Any

from fastapi import APIRouter

from local.amc_simulator.access import Authorized
from local.amc_simulator.bodies import DataSourcesResponse, NextToken, from_token, page_size, to_token
from local.amc_simulator.errors import AmcError
from local.amc_simulator.instances import Instance

routes = APIRouter(prefix="/amc/reporting/{instance_id}/dataSources", default_response_class=DataSourcesResponse)


@routes.get("")
async def list_data_sources(
    caller: Authorized, limit: str | None = None, next_token: NextToken = None
) -> DataSourcesResponse:
    """All tables of the instance, by id."""
    size, start = page_size(limit), from_token(next_token, int) or 0
    found = _shown(caller.instance)
    page: dict[str, Any] = {"dataSources": found[start : start + size]}
    if len(found) > start + size:
        page["nextToken"] = to_token(start + size)
    return DataSourcesResponse(page)


@routes.get("/{data_source_id}")
async def get_data_source(data_source_id: str, caller: Authorized) -> DataSourcesResponse:
    """One table."""
    for source in _shown(caller.instance):
        if source["dataSourceId"] == data_source_id:
            return DataSourcesResponse(source)
    raise AmcError(404, f"Data source with ID {data_source_id} does not exist")


def _shown(instance: Instance) -> list[dict[str, Any]]:
    return [table.as_json() for table in instance.tables()]
