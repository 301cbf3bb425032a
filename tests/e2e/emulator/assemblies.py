"""Writes small cloud assemblies in the layout that CDK synthesizes, so that deployment is tested without CDK."""

import hashlib
import json
from pathlib import Path
from typing import Any

BUCKET = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}"
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
}


def write_assembly(
    folder: Path,
    resources: dict[str, Any],
    *,
    outputs: dict[str, Any] | None = None,
    parameters: dict[str, Any] | None = None,
    code: dict[str, str] | None = None,
    stack: str = "small",
) -> Path:
    """`code` (file name to content) becomes a zip asset, to which the text CODE_KEY in `resources` is resolved."""
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Any] = {}
    if code:
        digest = hashlib.sha256(json.dumps(code, sort_keys=True).encode()).hexdigest()
        source = folder / f"asset.{digest}"
        source.mkdir(exist_ok=True)
        for name, content in code.items():
            (source / name).write_text(content)
        resources = json.loads(json.dumps(resources).replace("CODE_KEY", f"{digest}.zip"))
        files[digest] = _file(source.name, "zip", f"{digest}.zip")
    template = {
        "Parameters": {
            "BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>",
                "Default": "/cdk-bootstrap/hnb659fds/version",
            },
            **(parameters or {}),
        },
        "Resources": resources,
        "Outputs": {key: {"Value": value} for key, value in (outputs or {}).items()},
    }
    text = json.dumps(template)
    (folder / f"{stack}.template.json").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    files[digest] = _file(f"{stack}.template.json", "file", f"{digest}.json")
    (folder / f"{stack}.assets.json").write_text(json.dumps({"files": files, "dockerImages": {}}))
    (folder / "manifest.json").write_text(json.dumps({"artifacts": _artifacts(stack)}))
    return folder


def function(**properties: Any) -> dict[str, Any]:
    """A Lambda function of the zip asset."""
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "Runtime": "python3.12",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"S3Bucket": {"Fn::Sub": BUCKET}, "S3Key": "CODE_KEY"},
            **properties,
        },
    }


def _file(path: str, packaging: str, key: str) -> dict[str, Any]:
    place = {"bucketName": BUCKET, "objectKey": key}
    return {"source": {"path": path, "packaging": packaging}, "destinations": {"current": place}}


def _artifacts(stack: str) -> dict[str, Any]:
    return {
        f"{stack}.assets": {"type": "cdk:asset-manifest", "properties": {"file": f"{stack}.assets.json"}},
        stack: {
            "type": "aws:cloudformation:stack",
            "properties": {"templateFile": f"{stack}.template.json"},
            "dependencies": [f"{stack}.assets"],
        },
    }
