"""An assembly whose deployment fails when all is there but its last resource."""

import json
import shutil
from pathlib import Path
from typing import Any, Final

TEMPLATE: Final = "WorkflowManagementServices.template.json"
MISSING: Final = {"Fn::Sub": "arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:nobody"}


def broken(assembly: Path, folder: Path, *, protected: bool = False) -> Path:
    """The assembly with one resource more, which fails when all are there but the last.

    The template has another key in the bucket, so that it is uploaded beside the right one.
    """
    shutil.copytree(assembly, folder, ignore=lambda *_: [each.name for each in assembly.glob("asset.*")])
    for asset in assembly.glob("asset.*"):
        (folder / asset.name).symlink_to(asset)
    template = json.loads((assembly / TEMPLATE).read_text())
    resources: dict[str, Any] = template["Resources"]
    last = next(each for each in resources.values() if each["Type"] == "Custom::TableProtection")
    if protected:
        for each in resources.values():
            if each["Type"] == "AWS::DynamoDB::Table":
                each["Properties"]["DeletionProtectionEnabled"] = True
    failing = {"Type": "Custom::Broken", "Properties": {"ServiceToken": MISSING}, "DependsOn": last["DependsOn"]}
    last["DependsOn"] = [*last["DependsOn"], "Broken"]
    (folder / TEMPLATE).write_text(json.dumps({**template, "Resources": {**resources, "Broken": failing}}))
    _rename(folder / TEMPLATE.replace(".template.json", ".assets.json"), f"broken-{protected}")
    return folder


def _rename(assets: Path, prefix: str) -> None:
    listed = json.loads(assets.read_text())
    for each in listed["files"].values():
        if each["source"]["path"] == TEMPLATE:
            for place in each["destinations"].values():
                place["objectKey"] = f"{prefix}-{place['objectKey']}"
    assets.write_text(json.dumps(listed))
