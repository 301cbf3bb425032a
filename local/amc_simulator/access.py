"""Who calls, and may they. [headers: OpenAPI; 401 and 403: Insights on AWS, practitioners]"""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from local.amc_simulator.errors import AmcError, forbidden, terms_not_accepted, unauthorized
from local.amc_simulator.instances import Instance
from local.amc_simulator.journal import Call
from local.amc_simulator.oauth import Credential
from local.amc_simulator.simulator import Simulator


@dataclass(frozen=True)
class Caller:
    """Someone who may use the instance."""

    instance: Instance
    credential: Credential


async def _current(request: Request) -> Simulator:
    simulator = cast(Simulator, request.app.state.simulator)
    simulator.advance()
    return simulator


async def _call(request: Request) -> Call:
    return cast(Call, request.scope["amc_call"])


Current = Annotated[Simulator, Depends(_current)]
CurrentCall = Annotated[Call, Depends(_call)]


async def _credential(request: Request, simulator: Current) -> Credential:
    """Bearer token and `ClientId` header, which must belong together."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    credential = simulator.tokens.credential_of(token, simulator.wall()) if scheme.lower() == "bearer" else None
    client_id = request.headers.get("Amazon-Advertising-API-ClientId")
    if credential is None or not client_id:
        raise unauthorized()
    if client_id != credential.client_id:
        raise forbidden()
    return credential


Authenticated = Annotated[Credential, Depends(_credential)]


async def entity_of(request: Request, simulator: Current, credential: Authenticated) -> tuple[str, str]:
    """Entity and marketplace of the two headers, if the credential covers the entity."""
    entity = request.headers.get("Amazon-Advertising-API-AdvertiserId", "")
    marketplace = request.headers.get("Amazon-Advertising-API-MarketplaceId", "")
    known = any(i.entity_id == entity and i.marketplace_id == marketplace for i in simulator.instances.values())
    if not known or (credential.entity_ids is not None and entity not in credential.entity_ids):
        raise forbidden()
    return entity, marketplace


Entity = Annotated[tuple[str, str], Depends(entity_of)]


async def _caller(
    request: Request, instance_id: str, simulator: Current, credential: Authenticated, entity: Entity
) -> Caller:
    """A wrong instance answers as a wrong entity does."""
    instance = simulator.instances.get(instance_id)
    if instance is None or (instance.entity_id, instance.marketplace_id) != entity:
        raise forbidden()
    if not simulator.configuration.terms_accepted:
        raise terms_not_accepted()
    _check_media_types(request)
    return Caller(instance, credential)


Authorized = Annotated[Caller, Depends(_caller)]


def _check_media_types(request: Request) -> None:
    """JSON in and out, plain or under one of AMC's own media types. [Ads API: 406 and 415]"""
    accepted = request.headers.get("Accept", "*/*")
    if not any(wanted in accepted for wanted in ("*/*", "application/*", "application/json", "application/vnd.amc")):
        raise AmcError(406, "Not acceptable.")
    sent = request.headers.get("Content-Type", "application/json")
    if request.method in ("POST", "PUT") and not sent.startswith(("application/json", "application/vnd.amc")):
        raise AmcError(415, "Unsupported media type.")
