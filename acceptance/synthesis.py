"""The assembly of one acceptance: WFM's stack and the simulator's."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from acceptance.errors import AcceptanceError
from acceptance.naming import TEAM, Name

ROOT: Final = Path(__file__).resolve().parent.parent


def context_of(name: Name, platform: str) -> dict[str, object]:
    """For `app.py`: both stacks under this name."""
    parameters = {
        "team": TEAM,
        "dataset": name.dataset,
        "removal": "destroy",
        "result_buckets": [name.results("*")],
        "log_retention_days": 7,
    }
    return {"platform": platform, "acceptance": name.text, "wfm_parameters": parameters}


def synthesize(name: Name, platform: str, folder: Path) -> Path:
    """The assembly of both stacks."""
    context = json.dumps(context_of(name, platform))
    environment = os.environ | {"CDK_CONTEXT_JSON": context, "CDK_OUTDIR": str(folder)}
    command = [sys.executable, "app.py"]
    done = subprocess.run(  # noqa: S603 - our own program
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no reason given"]
        raise AcceptanceError(f"the stacks could not be synthesized: {lines[-1]}")
    return folder
