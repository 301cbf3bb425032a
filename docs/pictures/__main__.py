"""`python -m docs.pictures` draws docs/images/*.svg anew from the assembly build/cdk.out."""

import sys
from pathlib import Path

from docs.pictures import IMAGES, pictures
from docs.pictures.template import Template

ASSEMBLY = Path(__file__).resolve().parents[2] / "build" / "cdk.out"

if __name__ == "__main__":
    if not ASSEMBLY.is_dir():
        sys.exit("There is no build/cdk.out to draw: `make synth` writes it.")
    IMAGES.mkdir(exist_ok=True)
    for name, content in pictures(Template.read(ASSEMBLY)).items():
        (IMAGES / name).write_text(content, encoding="utf-8")
