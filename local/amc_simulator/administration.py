"""`/amc/accounts` and `/amc/instances`, the token route, dead routes and downloads: all that is not under an
instance.
"""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from local.amc_simulator.access import Authenticated, Current, CurrentCall, Entity
from local.amc_simulator.bodies import NextToken, from_token, page_size, to_token
from local.amc_simulator.errors import AmcError, forbidden
from local.amc_simulator.results import metadata, result_parts

routes = APIRouter()
_RETIRED = "The instance-level AMC API has been retired. Use the Amazon Ads API at /amc/reporting/{instanceId}."
_ACCESS_DENIED = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"


@routes.post("/auth/o2/token")
async def token(request: Request, simulator: Current, call: CurrentCall) -> JSONResponse:
    """Login with Amazon. Form-encoded only."""
    is_form = request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace"))) if is_form else {}
    call.client_id = form.get("client_id")
    status, body = simulator.tokens.grant(form, simulator.wall(), simulator.configuration.access_token_seconds)
    return JSONResponse(body, status, headers={"Cache-Control": "no-store"})


@routes.get("/amc/accounts")
async def list_accounts(simulator: Current, credential: Authenticated) -> JSONResponse:
    """The AMC accounts that the credential covers; needs no entity header. [OpenAPI]"""
    found = {
        (i.entity_id, i.marketplace_id): {
            "accountId": i.entity_id,
            "accountName": i.account_name or i.entity_id,
            "marketplaceId": i.marketplace_id,
        }
        for i in simulator.instances.values()
        if credential.entity_ids is None or i.entity_id in credential.entity_ids
    }
    return JSONResponse({"amcAccounts": list(found.values()), "nextToken": None})


@routes.get("/amc/instances")
async def list_instances(
    simulator: Current, entity: Entity, limit: str | None = None, next_token: NextToken = None
) -> JSONResponse:
    """The instances of the account in the headers."""
    size, start = page_size(limit), from_token(next_token, int) or 0
    found = [i.as_json() for i in simulator.instances.values() if (i.entity_id, i.marketplace_id) == entity]
    following = to_token(start + size) if start + size < len(found) else None
    return JSONResponse({"instances": found[start : start + size], "nextToken": following})


@routes.get("/amc/instances/{instance_id}")
async def get_instance(instance_id: str, simulator: Current, entity: Entity) -> JSONResponse:
    """One instance."""
    instance = simulator.instances.get(instance_id)
    if instance is None or (instance.entity_id, instance.marketplace_id) != entity:
        raise forbidden()
    return JSONResponse({"instance": instance.as_json()})


@routes.get("/amc-output/{execution_id}/{kind}/{part}")
async def download(execution_id: str, kind: str, part: int, request: Request, simulator: Current) -> Response:
    """What a signed link leads to; a dead link answers as S3 does."""
    ends, signature = request.query_params.get("ends", ""), request.query_params.get("X-Amz-Signature", "")
    ends_at = int(ends) if ends.isascii() and ends.isdigit() else 0
    if not simulator.links.accepts(request.url.path, ends_at, signature, simulator.wall()):
        return Response(_ACCESS_DENIED, 403, media_type="application/xml")
    run = simulator.engine.history.by_id(execution_id)
    if kind == "metadata":
        return PlainTextResponse(metadata(run), media_type="application/json")
    return PlainTextResponse(result_parts(run, simulator.configuration.result_parts)[part], media_type="text/csv")


@routes.api_route("/prod/{rest:path}", methods=["GET", "POST", "PUT", "DELETE"], include_in_schema=False)
async def retired() -> None:
    """The API of before August 2024, host and paths of which are gone. [guide: 410]"""
    raise AmcError(410, _RETIRED, "gateway")
