"""Reading and writing the JSON bodies of AMC's routes."""

import base64
import binascii
import json
from typing import Annotated, Any, TypeVar

from fastapi import Query, Request
from fastapi.responses import JSONResponse, Response

from local.amc_simulator.errors import AmcError

_MAX_PAGE = 100
T = TypeVar("T", str, int)
NextToken = Annotated[str | None, Query(alias="nextToken")]
IncludeWorkflow = Annotated[str | None, Query(alias="includeWorkflow")]


class ExecutionsResponse(JSONResponse):
    """AMC's own media type for executions. [OpenAPI]"""

    media_type = "application/vnd.amcworkflowexecutions.v1+json"


class WorkflowsResponse(JSONResponse):
    """AMC's own media type for workflows. [OpenAPI]"""

    media_type = "application/vnd.amcworkflows.v1+json"


class SchedulesResponse(JSONResponse):
    """AMC's own media type for schedules. [OpenAPI]"""

    media_type = "application/vnd.amcschedules.v1+json"


class DataSourcesResponse(JSONResponse):
    """AMC's own media type for data sources. [OpenAPI]"""

    media_type = "application/vnd.amcdatasources.v1+json"


class WrittenResponse(Response):
    """The answer to a write: `{}`, in a media type that says nothing. [sample collection]"""

    media_type = "application/octet-stream"

    def __init__(self) -> None:
        super().__init__(b"{}")


async def json_body(request: Request) -> Any:
    """The first JSON value of the body, AmcError 400 if there is none. What follows it is ignored.

    [sample collection: three samples with something behind them]
    """
    try:
        return json.JSONDecoder().raw_decode((await request.body()).decode().lstrip())[0]
    except ValueError as exc:
        raise AmcError(400, "The request body is not valid JSON.") from exc


def page_size(limit: str | None) -> int:
    """`limit` is a number in a string; 100 is both its maximum and its default. [OpenAPI]"""
    if not limit:
        return _MAX_PAGE
    if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit) <= _MAX_PAGE:
        raise AmcError(400, f"limit must be a number between 1 and {_MAX_PAGE}.")
    return int(limit)


def to_token(position: Any) -> str:
    """An opaque `nextToken`."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def from_token(token: str | None, kind: type[T]) -> T | None:
    """The position in a `nextToken`; an empty one counts as none.

    [Insights on AWS sends it empty on page one]
    """
    if not token:
        return None
    try:
        position = json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, binascii.Error) as exc:
        raise AmcError(400, "nextToken is not valid.") from exc
    if type(position) is not kind:
        raise AmcError(400, "nextToken is not valid.")
    return position


def is_true(text: str | None) -> bool:
    """A boolean of a query string."""
    return (text or "").lower() == "true"
