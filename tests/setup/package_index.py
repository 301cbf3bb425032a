"""A package index on loopback, whose packages a test makes up."""

import base64
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


@dataclass(frozen=True)
class Wheel:
    """A package of one module that holds its version; `requires` as in its metadata, `extras` as it provides them."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}-{self.version}-py3-none-any.whl"

    def write(self, folder: Path) -> str:
        """Write the wheel into the folder; returns its hash as a lock has it."""
        info = f"{self.name}-{self.version}.dist-info"
        parts = {
            f"{self.name}.py": f"VERSION = {self.version!r}\n",
            f"{info}/METADATA": self._metadata(),
            f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(f"{name},{_record_hash(text)},{len(text)}\n" for name, text in parts.items())
        with zipfile.ZipFile(folder / self.file, "w") as wheel:
            for name, text in {**parts, f"{info}/RECORD": f"{record}{info}/RECORD,,\n"}.items():
                wheel.writestr(zipfile.ZipInfo(name), text)  # of 1980: the same wheel has the same hash at any time
        return f"sha256:{hashlib.sha256((folder / self.file).read_bytes()).hexdigest()}"

    def _metadata(self) -> str:
        lines = ["Metadata-Version: 2.1", f"Name: {self.name}", f"Version: {self.version}"]
        lines += [f"Provides-Extra: {extra}" for extra in self.extras]
        return "\n".join([*lines, *(f"Requires-Dist: {needed}" for needed in self.requires), ""])


def publish(folder: Path, *wheels: Wheel) -> dict[str, str]:
    """Write a simple index (PEP 503) of the wheels into the folder; returns each wheel's hash by its file name."""
    hashes: dict[str, str] = {}
    for wheel in wheels:
        page = folder / wheel.name / "index.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        hashes[wheel.file] = wheel.write(page.parent)
        link = f'<a href="{wheel.file}#{hashes[wheel.file].replace(":", "=")}">{wheel.file}</a>\n'
        page.write_text((page.read_text() if page.exists() else "") + link)
    return hashes


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder's address, for as long as it is served."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Requests are no news."""


def _record_hash(text: str) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"
