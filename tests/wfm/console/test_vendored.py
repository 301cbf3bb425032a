"""What is vendored is what was published, under a licence that lies beside it."""

import re
from hashlib import sha256

from wfm.console.app import STATIC

FOLDER = STATIC / "vendored"
_LINE = re.compile(r"^\| `(\S+)` \| (\S+) \S+ \| \S+ \| `([0-9a-f]{64})` \|$", re.MULTILINE)
LISTED = _LINE.findall((FOLDER / "README.md").read_text())


def test_each_file_has_the_hash_that_its_page_says() -> None:
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in FOLDER.glob("*.js")}

    assert found == {name: digest for name, _, digest in LISTED}
    assert len(found) >= 2


def test_each_package_has_its_licence() -> None:
    packages = {package.split("/")[-1].partition(".")[0] for _, package, _ in LISTED}

    assert {path.stem for path in FOLDER.glob("*.LICENSE")} == packages


def test_no_file_loads_anything_from_elsewhere() -> None:
    elsewhere = re.compile(r"(src|href|url\(|import)[^\n]{0,5}https?:")
    ours = (*STATIC.glob("*.*"), *(STATIC.parent / "templates").glob("*.html"))

    assert [path.name for path in ours if elsewhere.search(path.read_text())] == []
    assert len(ours) >= 6
