"""Workers of the same code share one copy of it.

AWS: code is unpacked once for many execution environments, out of sight.
The package: unpacks the archive for each worker, so each compiles all of it anew.
Mended: one copy per archive, whose compiled modules every later worker finds. WFM needs it for speed: two dozen
functions run the same code, and compiling it is half of a cold start.
"""

import hashlib
import tempfile
import threading
import zipfile
from pathlib import Path

from local.emulator.patches.rewrite import module, replace_source

UNPACKED = """\
    code_dir = os.path.join(self._tmpdir, "code")
    os.makedirs(code_dir)
    with open(os.path.join(self._tmpdir, "code.zip"), "wb") as f:
        f.write(self.code_zip)
    with zipfile.ZipFile(os.path.join(self._tmpdir, "code.zip")) as zf:
        zf.extractall(code_dir)
"""
SHARED = """\
    code_dir = _shared_copy(self.code_zip)
"""

_unpacking = threading.Lock()


def apply() -> None:
    replace_source(module("core.lambda_runtime").Worker, "_spawn", (UNPACKED, SHARED), _shared_copy=shared_copy)


def shared_copy(archive: bytes) -> str:
    """The folder below the emulator's own temporary one that holds the archive's files."""
    folder = Path(tempfile.gettempdir()) / f"code-{hashlib.sha256(archive).hexdigest()[:16]}"
    with _unpacking:
        if not folder.is_dir():
            incoming = folder.with_suffix(".incoming")
            incoming.mkdir()
            packed = incoming.with_suffix(".zip")
            packed.write_bytes(archive)
            zipfile.ZipFile(packed).extractall(incoming)
            packed.unlink()
            incoming.rename(folder)
    return str(folder)
