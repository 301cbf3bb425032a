"""`python -m docs.site` builds it into build/site."""

import shutil

from docs.site.build import build
from docs.site.pages import ROOT

if __name__ == "__main__":
    built = build(ROOT / "build" / "site-work")
    target = ROOT / "build" / "site"
    shutil.rmtree(target, ignore_errors=True)
    built.rename(target)
    print(f"{target}/index.html")
