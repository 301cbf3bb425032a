"""The Lambda asset of WFM: `functions/`, what it needs of `wfm/`, and the wheels that the Lambda runtime does not have.

Deliveries add another one, with pyarrow, and the acceptance the simulator of AMC.

`make` installs the wheels (`python -m infra.asset`), once for each state of the lock; synthesis only copies,
so it works offline. What the other two add is installed when they are first staged. boto3 and botocore come from the
Lambda runtime.
"""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.bytecode import add_bytecode, python_of

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "lambda.txt"
DELIVERY_LOCK = ROOT / "requirements" / "delivery.txt"
SIMULATOR_LOCK = ROOT / "requirements" / "simulator.txt"
BUILD = ROOT / "build"
OUTPUT = {"aws": "build/cdk.out", "local": "build/cdk.out.local"}  # assemblies by platform
SOURCES = {
    "functions": "functions",
    "wfm": "wfm",
    "schemas": "wfm/schemas",
}  # in the clone -> in the asset
SIMULATOR_SOURCES = {"local/amc_simulator": "local/amc_simulator", "wfm": "wfm"}
PYTHONS = {"aws": "3.13", "local": None}
PLATFORMS: dict[str, tuple[str, ...]] = {
    # Lambda's Python 3.13 on arm64 runs on Amazon Linux 2023, which has glibc 2.34.
    "aws": ("--python-platform", "aarch64-manylinux_2_34", "--python-version", "3.13"),
    "local": (),  # the interpreter that runs this, and so the emulator's
}
# Neither is read at run time, and both differ from one installation to the next; bytecode is made anew.
_NOT_DEPLOYED = ("*.dist-info", "__pycache__", "*.pyc", "bin", "tests", "benchmarks", "command_output")
# Of the package `wfm`: no Lambda imports them.
_CLIENTS = ("agents", "client", "cli", "console", "cost", "graph", "report", "__main__.py")

# Of pyarrow: what reads CSV and writes Parquet, and what these libraries are linked with.
_PYARROW = re.compile(
    r"[a-z_]+\.py|parquet|vendored|(lib|_compute|_csv|_fs|_parquet)\.cpython-.+\.so"
    r"|lib(arrow(_acero|_compute|_dataset|_python|_substrait)?|parquet)\.so\.\d+"
)


class AssetError(Exception):
    """The asset cannot be staged; the message is one sentence that says what to do."""


@contextmanager
def staged_asset(platform: str) -> Iterator[Path]:
    """The asset's directory, for as long as CDK needs it: it copies the directory into the assembly."""
    wheels = wheels_directory(platform)
    if not wheels.is_dir():
        raise AssetError(f"The Lambda wheels for {platform!r} are not installed: run `make setup`.")
    with tempfile.TemporaryDirectory(dir=BUILD, prefix=f"asset-{platform}-") as directory:
        target = Path(directory) / "asset"
        _copy(wheels, target)
        for source, name in SOURCES.items():
            _copy(ROOT / source, target / name)
        add_bytecode(target, python_of(PYTHONS[platform]))
        yield target


@contextmanager
def staged_delivery(platform: str) -> Iterator[Path]:
    """The asset of the Lambda that delivers results. Here its pyarrow is that of the developer's Python."""
    with staged_asset(platform) as asset:
        if platform == "aws":
            install_wheels(platform, DELIVERY_LOCK)
            copy_pyarrow(wheels_directory(platform, DELIVERY_LOCK), asset)
            add_bytecode(asset, python_of(PYTHONS[platform]))
        yield asset


def copy_pyarrow(packages: Path, target: Path) -> None:
    """Copy of pyarrow what deliveries need. All of it would leave little of what Lambda unpacks (250 MB)."""
    top = str(packages / "pyarrow")

    def left_out(directory: str, names: list[str]) -> list[str]:
        known = _PYARROW if directory == top else re.compile(r".+\.py")
        return [name for name in names if not known.fullmatch(name)]

    shutil.copytree(top, target / "pyarrow", ignore=left_out)


@contextmanager
def staged_simulator(platform: str) -> Iterator[Path]:
    """The directory of the simulator's asset. Here its dependencies are those of the developer's Python."""
    with tempfile.TemporaryDirectory(dir=BUILD, prefix=f"asset-simulator-{platform}-") as directory:
        target = Path(directory) / "asset"
        if platform == "aws":
            install_wheels(platform, SIMULATOR_LOCK)
            _copy(wheels_directory(platform, SIMULATOR_LOCK), target)
        for source, name in SIMULATOR_SOURCES.items():
            shutil.copytree(ROOT / source, target / name, ignore=shutil.ignore_patterns(*_NOT_DEPLOYED))
        yield target


def wheels_directory(platform: str, lock: Path = LOCK) -> Path:
    """The directory for the wheels of this state of the lock, whether they are installed or not."""
    if platform not in PLATFORMS:
        raise AssetError(f"The context value platform is {platform!r}, but must be {' or '.join(PLATFORMS)}.")
    interpreter = sys.version if platform == "local" else ""
    digest = hashlib.sha256(lock.read_bytes() + interpreter.encode()).hexdigest()
    return BUILD / "wheels" / f"{platform}-{digest[:16]}"


def install_wheels(platform: str, lock: Path = LOCK) -> None:
    """Install the lock's wheels unless they are there; a directory under the final name is always complete."""
    target = wheels_directory(platform, lock)
    if target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix="incoming-") as incoming:
        _install(Path(incoming) / "wheels", PLATFORMS[platform], lock)
        (Path(incoming) / "wheels").rename(target)


def _install(target: Path, platform: tuple[str, ...], lock: Path) -> None:
    command = [
        *(sys.executable, "-m", "uv", "pip", "install", "--system-certs", "--quiet", "--link-mode", "copy"),
        *("--no-deps", "--require-hashes", "--only-binary", ":all:", "--target", str(target)),
        *(*platform, "--requirement", str(lock)),
    ]
    if subprocess.run(command, check=False).returncode:  # noqa: S603  # the arguments are all our own
        raise AssetError(f"uv could not install requirements/{lock.name}: see its message above.")


def _copy(source: Path, target: Path) -> None:
    left_out = (*_NOT_DEPLOYED, *(_CLIENTS if source == ROOT / "wfm" else ()))
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(*left_out))


if __name__ == "__main__":
    try:
        for name in PLATFORMS:
            install_wheels(name)
    except AssetError as error:
        sys.exit(str(error))
