"""Chapter: one library, and in each run the client's own values."""

import shutil
from pathlib import Path
from typing import Final

from local.story.cast import CLIENTS, FORGOTTEN
from local.story.world import World
from wfm.errors import ExitCode

REPORTS: Final = Path(__file__).with_name("reports")
WORKFLOWS: Final = ("hero_reach", "hero_sales", "client_report")  # in the order of the chain
VALUE: Final = "hero_asins"


def tell(world: World) -> None:
    """A push that is refused, the value that was missing, and the push."""
    tell = world.narrator
    tell.chapter("One library, each client's own values")
    shutil.copytree(REPORTS, world.folder / "reports", dirs_exist_ok=True)
    tell.say(
        f"The reports are written once: {len(WORKFLOWS)} workflows in the folder reports/, with {{value_of: brand}} and"
        f" {{value_of: {VALUE}}} where the clients differ. Somebody has forgotten the products of"
        f" {FORGOTTEN.customer_id}, so the push is refused as a whole:"
    )
    refused = tell.type("wfm library push reports --yes", ends=ExitCode.USAGE)
    named = [client.customer_id for client in CLIENTS if client.customer_id in refused.errors]
    holds = named == [FORGOTTEN.customer_id] and VALUE in refused.errors and not world.wfm.library.list()
    tell.claim(
        "the refusal names file, line, client and value, and nothing was written",
        holds=holds,
        found=f"it names {', '.join(named)}; {len(world.wfm.library.list())} workflows in the library",
    )
    asins = ",".join(f'"{asin}"' for asin in FORGOTTEN.hero_asins)
    tell.type(f"wfm tenants set {FORGOTTEN.customer_id} 'values.{VALUE}:=[{asins}]' --wait")
    tell.type("wfm library push reports --yes --wait")
    synced = [
        (workflow.customer_id, workflow.workflow_id)
        for client in CLIENTS
        for workflow in world.wfm.workflows.list(client.customer_id)
        if workflow.sync_status == "SYNCED"
    ]
    tell.claim(
        "each workflow is in each client's AMC instance",
        holds=len(set(synced)) == len(WORKFLOWS) * len(CLIENTS),
        found=f"{len(synced)} are SYNCED",
    )
    tell.type(f"wfm run hero_sales --customer {FORGOTTEN.customer_id} --dry-run")
