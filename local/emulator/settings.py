"""What the emulator's process is started with, and what others need to reach it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ACCOUNT = "000000000000"
REGION = "us-east-1"
DUMMY_KEY = "test"

TIMEOUT_SCALE = "WFM_EMULATOR_TIMEOUT_SCALE"
SCHEDULE_SCALE = "WFM_EMULATOR_SCHEDULE_SCALE"
WORKERS_PER_FUNCTION = "WFM_EMULATOR_WORKERS_PER_FUNCTION"
WORKER_IDLE_SECONDS = "WFM_EMULATOR_WORKER_IDLE_SECONDS"
PATCHES_OFF = "WFM_EMULATOR_PATCHES_OFF"

KEPT_VARIABLES = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "LD_LIBRARY_PATH",
    "SSL_CERT_FILE",
    "COVERAGE_PROCESS_START",
)


@dataclass(frozen=True)
class ServerSettings:
    """How the emulated account behaves.

    `wait_scale` multiplies Wait states and retry intervals, `timeout_scale` the time-outs and heartbeats of
    task tokens and of whole executions, `schedule_scale` the interval of `rate(...)` schedules: 0.01 makes a
    minute 0.6 seconds. At most `workers_per_function` processes serve one function; one that nobody has called
    for `worker_idle_seconds` ends. `patches_off` names modules of `local.emulator.patches` to leave out, for the
    tests that show what the package does without them. `variables` is added to the process and so to every Lambda.
    """

    region: str = REGION
    wait_scale: float = 1.0
    timeout_scale: float = 1.0
    schedule_scale: float = 1.0
    workers_per_function: int = 2
    worker_idle_seconds: float = 60.0
    log_level: str = "WARNING"
    patches_off: frozenset[str] = frozenset()
    variables: dict[str, str] = field(default_factory=dict)


def aws_environment(endpoint: str, region: str) -> dict[str, str]:
    """Environment variables for AWS clients. Dummy keys suffice: the emulator maps them to account 000000000000."""
    return {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": DUMMY_KEY,
        "AWS_SECRET_ACCESS_KEY": DUMMY_KEY,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost,::1",
        "no_proxy": "127.0.0.1,localhost,::1",  # counts for more where both are set
    }


def child_environment(
    port: int, folder: Path, settings: ServerSettings, own: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Built from scratch: the user's own AWS profile, endpoint or proxy must not reach the Lambdas."""
    kept = {name: own[name] for name in KEPT_VARIABLES if name in own}
    emulator = {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",
        "MINISTACK_REGION": settings.region,
        "LOG_LEVEL": settings.log_level,
        "TMPDIR": str(folder / "tmp"),
        "STATE_DIR": str(folder / "state"),
        "S3_DATA_DIR": str(folder / "s3"),
        "PYTHONUNBUFFERED": "1",
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_ACCOUNT_CONCURRENCY": "0",
        "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "0.2",
        "DOCKER_HOST": f"unix://{folder}/no-docker.sock",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "SFN_WAIT_SCALE": str(settings.wait_scale),
        TIMEOUT_SCALE: str(settings.timeout_scale),
        SCHEDULE_SCALE: str(settings.schedule_scale),
        WORKERS_PER_FUNCTION: str(settings.workers_per_function),
        WORKER_IDLE_SECONDS: str(settings.worker_idle_seconds),
        PATCHES_OFF: ",".join(sorted(settings.patches_off)),
    }
    return kept | aws_environment(f"http://127.0.0.1:{port}", settings.region) | emulator | settings.variables
