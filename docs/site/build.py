"""Builds the site with Zensical, of the extra `site`."""

import shutil
import subprocess
import sys
from pathlib import Path

from docs.site.llms import llms_txt
from docs.site.navigation import CONFIG, description, sections
from docs.site.pages import Site, read_site


def build(work: Path) -> Path:
    """The folder of the site below `work`, which is made anew. Warnings of Zensical end it."""
    shutil.rmtree(work, ignore_errors=True)
    write(read_site(), work / "pages")
    shutil.copyfile(CONFIG, work / CONFIG.name)
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--config-file", str(work / CONFIG.name)]
    subprocess.run(command, check=True, cwd=work)
    for page in (work / "pages").rglob("*.md"):
        shutil.copyfile(page, work / "site" / page.relative_to(work / "pages"))
    return work / "site"


def write(site: Site, folder: Path) -> None:
    """Its pages and files, and `llms.txt`, as Zensical takes them."""
    config = CONFIG.read_text(encoding="utf-8")
    llms = llms_txt(description(config), sections(config), site.pages)
    for place, text in {**site.pages, "llms.txt": llms}.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    for place, path in site.files.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / place)
