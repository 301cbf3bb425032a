"""Reads a synthesized CDK assembly: its stack, its file assets, and the zip archives made of them.

Formats: `manifest.json` and `<stack>.assets.json` of the CDK cloud assembly schema.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.emulator.errors import DeploymentError
from local.emulator.settings import ACCOUNT

EARLIEST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Asset:
    """One file or folder of the assembly, and the object that the template expects it to be."""

    source: Path
    packaging: str
    bucket: str
    key: str

    def content(self) -> bytes:
        return zipped(self.source) if self.packaging == "zip" else self.source.read_bytes()


@dataclass(frozen=True)
class Stack:
    name: str
    template: Path
    assets: tuple[Asset, ...]


def read_stack(folder: Path, region: str, name: str | None = None, account: str = ACCOUNT) -> Stack:
    """The stack called `name`, or the only one; asset places are those of the account."""
    artifacts = _read_json(folder / "manifest.json").get("artifacts", {})
    stacks = {
        artifact.get("properties", {}).get("stackName", key): artifact
        for key, artifact in artifacts.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    if name is None and len(stacks) == 1:
        name = next(iter(stacks))
    if name is None or name not in stacks:
        raise DeploymentError(f"{folder} holds the stacks {sorted(stacks)}, not {name!r}: name one of them.")
    artifact = stacks[name]
    return Stack(
        name=name,
        template=folder / artifact["properties"]["templateFile"],
        assets=tuple(_assets(folder, artifact, artifacts, {"Region": region, "AccountId": account})),
    )


def zipped(folder: Path) -> bytes:
    """The folder as a zip that depends only on names, contents and the executable bit."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EARLIEST_ZIP_TIME)
            entry.external_attr = (0o755 if path.stat().st_mode & 0o100 else 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())
    return buffer.getvalue()


def _assets(folder: Path, stack: Any, artifacts: Any, here: dict[str, str]) -> Iterator[Asset]:
    manifests = [
        artifacts[key] for key in stack.get("dependencies", []) if artifacts[key]["type"] == "cdk:asset-manifest"
    ]
    for manifest in manifests:
        listed = _read_json(folder / manifest["properties"]["file"])
        if listed.get("dockerImages"):
            raise DeploymentError(f"{folder} holds Docker image assets, which cannot run here.")
        for asset in listed.get("files", {}).values():
            for place in asset["destinations"].values():
                yield Asset(
                    source=folder / asset["source"]["path"],
                    packaging=asset["source"]["packaging"],
                    bucket=_resolved(place["bucketName"], here),
                    key=_resolved(place["objectKey"], here),
                )


def _resolved(text: str, here: dict[str, str]) -> str:
    for name, value in here.items():
        text = text.replace(f"${{AWS::{name}}}", value)
    return text


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise DeploymentError(f"{path} does not exist: synthesize the assembly first.") from error
    return content
