"""Chapter: twelve clients are onboarded."""

import json
from pathlib import Path
from typing import Final

from local.story.cast import CLIENTS
from local.story.world import World

FOLDER: Final = "clients"


def tell(world: World) -> None:
    """Their AMC instances are there; WFM gets their records."""
    tell = world.narrator
    tell.chapter("Twelve clients")
    make_instances(world)
    write_records(world.folder / FOLDER)
    tell.say(
        f"An agency runs Amazon Marketing Cloud for {len(CLIENTS)} clients. Each has an AMC instance, and a bucket for"
        f" its results. The folder {FOLDER}/ has a record of each: which instance, how many AMC runs at a time, and its"
        " own values, brand and hero products."
    )
    tell.type(f"wfm tenants add {FOLDER} --yes --wait")
    active = [tenant for tenant in world.wfm.tenants.list() if tenant.status == "ACTIVE"]
    holds = {tenant.customer_id for tenant in active} == {client.customer_id for client in CLIENTS}
    tell.claim(f"all {len(CLIENTS)} clients are ACTIVE", holds=holds, found=f"{len(active)} are")


def make_instances(world: World) -> None:
    """What Amazon and the Tenant Provisioning Service do before WFM hears of a client."""
    world.runtime.simulator().add_instances([client.tenant.instance() for client in CLIENTS])
    s3 = world.runtime.emulator.client("s3")
    for client in CLIENTS:
        s3.create_bucket(Bucket=client.tenant.bucket)


def write_records(folder: Path) -> None:
    """A file for each client."""
    folder.mkdir(parents=True, exist_ok=True)
    for client in CLIENTS:
        text = json.dumps(client.record(), indent=2) + "\n"
        (folder / f"{client.customer_id}.json").write_text(text, encoding="utf-8")
