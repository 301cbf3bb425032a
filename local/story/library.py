"""Chapter: one library, and in each run the client's own values."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from local.story.cast import CLIENTS, FORGOTTEN
from local.story.world import World
from wfm.errors import ExitCode

REPORTS: Final = Path(__file__).with_name("reports")
WORKFLOWS: Final = ("hero_sales", "hero_reach", "client_report")  # in the order of the chain
VALUE: Final = "hero_asins"
REFRESH: Final = "14d"


def tell(world: World) -> None:
    """A push that is refused, the value that was missing, and the push."""
    tell = world.narrator
    tell.chapter("One library, each client's own values")
    copy_reports(world.folder / "reports", datetime.now(UTC).date())
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
    tell.type(f"wfm run {WORKFLOWS[0]} --customer {FORGOTTEN.customer_id} --dry-run")
    tell.type(f"wfm schedules list --customer {FORGOTTEN.customer_id}")
    refreshed = [one.customer_id for one in world.wfm.schedules.list() if one.row.get("refresh") == [REFRESH]]
    tell.claim(
        f"each client has the weekly schedule, which reads its week again after {REFRESH}",
        holds=sorted(refreshed) == [client.customer_id for client in CLIENTS],
        found=f"{len(refreshed)} have",
    )


def copy_reports(folder: Path, today: date) -> None:
    """The library. Its weekly schedule gets a day that is not today or tomorrow: here somebody asks by hand."""
    shutil.copytree(REPORTS, folder, dirs_exist_ok=True)
    file = folder / f"{WORKFLOWS[0]}.yaml"
    day = f"{today + timedelta(days=3):%a}".lower()
    file.write_text(file.read_text(encoding="utf-8").replace("weekly mon", f"weekly {day}"), encoding="utf-8")
