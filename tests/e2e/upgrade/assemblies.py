"""The assembly of the release before, as it was deployed: its templates and its own code; its wheels are ours."""

import shutil
import tarfile
from pathlib import Path
from typing import Final

RELEASED: Final = Path(__file__).parent / "released.tar.xz"
OWN: Final = {"functions", "schemas", "wfm"}  # of an asset; all else are wheels


def unpack_released(folder: Path, current: Path) -> Path:
    """The release's assembly in `folder`, with the wheels of the `current` one."""
    with tarfile.open(RELEASED) as archive:
        if hasattr(tarfile, "data_filter"):  # Python 3.11.4 and later
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(folder)  # noqa: S202 - it is of this repository
    (asset,) = folder.glob("asset.*")
    (ours,) = current.glob("asset.*")
    for wheel in ours.iterdir():
        if wheel.name not in OWN:
            copy = shutil.copytree if wheel.is_dir() else shutil.copy2
            copy(wheel, asset / wheel.name)
    return folder
