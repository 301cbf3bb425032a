"""Which endpoint to connect to: AWS by its usual settings, or the runtime on this machine.

In order: what the caller gives, `WFM_LOCAL`, the AWS settings of the environment, a local runtime that is up
below the current directory, and at last whatever boto3 finds by itself (shared configuration, instance
roles).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wfm.client.local_state import find_directory, read_state
from wfm.errors import UnreachableError

AWS_SETTINGS = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach AWS; None means boto3's own default. `note` is for a person, "" if there is nothing."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None
    stack: str | None = None
    is_local: bool = False
    note: str = ""


def local_connection(endpoint: str, region: str, stack: str) -> Connection:
    """To a runtime on this machine, which has one stack."""
    note = f"speaking to the local runtime at {endpoint}"
    return Connection(region=region, endpoint_url=endpoint, stack=stack, is_local=True, note=note)


def _running(directory: Path | None) -> Connection | None:
    state = read_state(directory) if directory else None
    return local_connection(state.endpoint, state.region, state.stack) if state else None


def connect(environment: Mapping[str, str], start: Path, given: Connection | None = None) -> Connection:
    """The connection by the order of this module.

    `environment` is os.environ, `start` the current directory, `given` what the caller wants, if anything.
    """
    given = given or Connection()
    if given != Connection():
        return given
    directory = find_directory(environment, start)
    local = _running(directory)
    if environment.get("WFM_LOCAL"):
        if local is None:
            raise UnreachableError(f"WFM_LOCAL: no local runtime is up in {directory}; try `wfm local up`")
        return local
    setting = next((name for name in AWS_SETTINGS if environment.get(name)), None)
    if setting is None:
        return local or given
    if local is None:
        return given
    chosen = f"speaking to AWS because {setting} is set"
    return Connection(note=f"{chosen}; to speak to the local runtime set WFM_LOCAL={directory}")
