"""`docs/tenant-values.md` is true: its files are pushed by its commands, which print what it says."""

import re
import shlex
from pathlib import Path
from typing import Any

from tests.docs.test_library_page import COMMAND, compare
from tests.wfm.commands import Run
from tests.wfm.conftest import aws, aws_settings, command, deployed, machine, moto  # noqa: F401 (fixtures)
from tests.wfm.onboarding import record
from wfm.model.tenants import TOGGLES, to_row
from wfm.model.tps_records import read_tps_record

PAGE = (Path(__file__).parents[2] / "docs" / "tenant-values.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(sql|yaml|console)(?: (\S+))?\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
TENANTS = ("alder-audio", "birch-bakeware")


def test_the_page_goes_as_it_stands(deployed: Any, command: Run, machine: Any, tmp_path: Path) -> None:  # noqa: F811
    for number, tenant in enumerate(TENANTS):
        fields = {"customerId": tenant, "amcInstanceId": f"amc{number}", **dict.fromkeys(TOGGLES, True)}
        deployed.wfm.tenants.put(record(**fields))
    (tmp_path / "workflows").mkdir()

    for kind, name, text in BLOCKS:
        if kind != "console":
            (tmp_path / "workflows" / name).write_text(text)
            continue
        for words, printed in COMMAND.findall(text):
            in_step(deployed)
            compare(command(*shlex.split(words)), printed)


def in_step(deployed: Any) -> None:  # noqa: F811
    """What onboarding and rollout would have done by now: the tenants' rows, and their workflows."""
    pushed = deployed.table("WorkflowLibrary").scan()["Items"]
    for tenant in TENANTS:
        row = to_row(read_tps_record(deployed.wfm.tenants.record(tenant)))
        queue = f"https://sqs.us-east-1.amazonaws.com/123456789012/{tenant}.fifo"
        given = {name: value for name, value in row.items() if value is not None}
        deployed.table("Tenants").put_item(Item={**given, "status": "ACTIVE", "queueUrl": queue})
        for workflow in pushed:
            own = {"customerId": tenant, "syncStatus": "SYNCED", "libraryVersion": 1, "libraryHash": "h"}
            deployed.table("Workflows").put_item(Item={**workflow, **own})
