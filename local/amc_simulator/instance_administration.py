"""`/amc/instances` beyond reading: instances and their advertisers are made and changed. [OpenAPI of administration]"""

import uuid
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from local.amc_simulator.access import Current, Entity
from local.amc_simulator.bodies import NextToken, from_token, json_body, page_size, to_token
from local.amc_simulator.errors import AmcError, forbidden
from local.amc_simulator.instances import Advertiser, Instance
from local.amc_simulator.simulator import Simulator

routes = APIRouter(prefix="/amc/instances")


@routes.post("")
async def create_instance(request: Request, simulator: Current, entity: Entity) -> JSONResponse:
    """A new instance of the account; it is there at once, where AMC takes days."""
    wanted = {**_changes(await json_body(request)), "entity_id": entity[0], "marketplace_id": entity[1]}
    return _saved(simulator, Instance(instance_id=f"amc{uuid.uuid4().hex[:8]}"), wanted)


@routes.put("/{instance_id}")
async def update_instance(instance_id: str, request: Request, simulator: Current, entity: Entity) -> JSONResponse:
    """Other fields of an instance."""
    return _saved(simulator, _own(simulator, instance_id, entity), _changes(await json_body(request)))


@routes.delete("/{instance_id}")
async def delete_instance(instance_id: str, simulator: Current, entity: Entity) -> Response:
    """Away with it."""
    del simulator.instances[_own(simulator, instance_id, entity).instance_id]
    return Response(status_code=204)


@routes.post("/{instance_id}/updateCustomerAwsAccount")
async def update_aws_account(instance_id: str, request: Request, simulator: Current, entity: Entity) -> JSONResponse:
    """Another account and bucket for results; the template that makes the bucket."""
    wanted = await json_body(request)
    changes = {"aws_account_id": wanted.get("awsAccountId"), "bucket_name": wanted.get("bucketName")}
    _saved(simulator, _own(simulator, instance_id, entity), changes)
    return JSONResponse(
        {"cfnBucketUrl": f"https://amc-bucket-templates.s3.amazonaws.com/{changes['bucket_name']}.json"}
    )


@routes.get("/{instance_id}/advertisers")
async def list_advertisers(
    instance_id: str, simulator: Current, entity: Entity, limit: str | None = None, next_token: NextToken = None
) -> JSONResponse:
    """Whose data the instance holds."""
    instance = _own(simulator, instance_id, entity)
    size, start = page_size(limit), from_token(next_token, int) or 0
    found = [advertiser.model_dump(by_alias=True) for advertiser in instance.advertisers]
    following = to_token(start + size) if start + size < len(found) else None
    page = found[start : start + size]
    return JSONResponse({"advertisers": page, "nextToken": following, "totalCount": len(found)})


@routes.post("/{instance_id}/advertisers/updates")
async def update_advertisers(instance_id: str, request: Request, simulator: Current, entity: Entity) -> JSONResponse:
    """Add and take away advertisers; done at once, where AMC takes hours."""
    instance, wanted = _own(simulator, instance_id, entity), await json_body(request)
    known = {advertiser.id: advertiser for advertiser in instance.advertisers}
    known |= {item["id"]: Advertiser.model_validate(item) for item in wanted.get("addAdvertisers") or []}
    gone = {item["id"] for item in wanted.get("deleteAdvertisers") or []}
    left = tuple(advertiser for advertiser in known.values() if advertiser.id not in gone)
    _saved(simulator, instance, {"advertisers": left})
    return JSONResponse({"updateId": str(uuid.uuid4()), "status": "COMPLETED"})


@routes.get("/{instance_id}/advertisers/updates")
async def list_advertiser_updates(instance_id: str, simulator: Current, entity: Entity) -> JSONResponse:
    """None is under way, since each is done at once."""
    _own(simulator, instance_id, entity)
    return JSONResponse({"updates": [], "nextToken": None})


def _own(simulator: Simulator, instance_id: str, entity: tuple[str, str]) -> Instance:
    instance = simulator.instances.get(instance_id)
    if instance is None or (instance.entity_id, instance.marketplace_id) != entity:
        raise forbidden()
    return instance


def _changes(body: Any) -> dict[str, Any]:
    """Of the fields that can be given, those that were."""
    if not isinstance(body, dict):
        raise AmcError(400, "The request body must be a JSON object.")
    names = {"instanceName": "instance_name", "advertiserTypes": "advertiser_types", "instanceType": "instance_type"}
    return {ours: body[theirs] for theirs, ours in names.items() if theirs in body}


def _saved(simulator: Simulator, instance: Instance, changes: dict[str, Any]) -> JSONResponse:
    try:
        changed = Instance.model_validate(instance.model_dump() | changes)
    except ValidationError as exc:
        raise AmcError(400, f"{exc.errors()[0]['loc']}: {exc.errors()[0]['msg']}.") from exc
    simulator.instances[changed.instance_id] = changed
    return JSONResponse({"instance": changed.as_json()})
