"""The client as people have it: from a wheel, in a folder of their own, against the runtime on their machine.

`docs/client.md` is run as it stands, and so is the notebook `examples/getting_started.py`.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from local.synthesis import REPOSITORY
from tests.setup.installed import DEPENDENCIES, installed, wheel

__all__ = ["installed", "wheel"]

pytestmark = pytest.mark.timeout(1800)  # two minutes where nothing else runs; the first test waits for the runtime

PAGE: Final = (REPOSITORY / "docs" / "client.md").read_text(encoding="utf-8")
EXAMPLES: Final = re.findall(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", PAGE, re.MULTILINE | re.DOTALL)
# Runs each example in the names of those before it, and prints what each has printed, as JSON.
RUN_EXAMPLES: Final = """
import contextlib, io, json, sys, wfm

names, printed = {"__name__": "__main__"}, []
for example in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(compile(example, "docs/client.md", "exec"), names)
    printed.append(said.getvalue())
print(json.dumps({"package": wfm.__file__, "printed": printed}))
"""
RUN_NOTEBOOK: Final = """
import sys, jupytext, nbformat
from nbclient import NotebookClient

notebook = jupytext.read(sys.argv[1])
NotebookClient(notebook, timeout=900, resources={"metadata": {"path": sys.argv[2]}}).execute()
nbformat.write(notebook, sys.argv[3])
"""


def run(*command: str | Path, folder: Path, given: str = "", **environment: str) -> str:
    """What a program prints."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **environment},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def pattern(expected: str) -> re.Pattern[str]:
    """What is expected, with anything in place of three dots."""
    return re.compile(re.escape(expected).replace(r"\.\.\.", ".*?"), re.DOTALL)


def test_the_page_is_true_of_the_wheel_in_a_folder_of_ones_own(runtime: Path, installed: Path, tmp_path: Path) -> None:
    given = json.dumps([code for code, _ in EXAMPLES])
    paths = {"PYTHONPATH": DEPENDENCIES, "WFM_LOCAL": str(runtime)}

    said = json.loads(run(installed / "python", "-P", "-c", RUN_EXAMPLES, folder=tmp_path, given=given, **paths))

    assert Path(said["package"]).is_relative_to(installed.parent), "it is the wheel's package, and not the clone's"
    assert len(EXAMPLES) > 10
    examples = zip(EXAMPLES, said["printed"], strict=True)
    assert [(code, printed) for (code, text), printed in examples if not re.fullmatch(pattern(text), printed)] == []


def test_the_notebook_goes_from_an_instance_to_a_plot_and_a_result(runtime: Path, tmp_path: Path) -> None:
    notebook = REPOSITORY / "examples" / "getting_started.py"
    paths = {"PYTHONPATH": str(REPOSITORY), "WFM_LOCAL": str(runtime)}

    run(sys.executable, "-c", RUN_NOTEBOOK, notebook, tmp_path, tmp_path / "run.ipynb", folder=tmp_path, **paths)

    cells = json.loads((tmp_path / "run.ipynb").read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    texts = "".join(str(output.get("text", "")) for output in outputs)
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    statuses = next(str(output["data"]) for output in outputs if "previous month" in str(output.get("data")))
    assert statuses.count("SUCCEEDED") == 4
    assert "image/png" in kinds, "the durations are plotted"
    assert re.search(r"AVAILABLE [1-9]\d* rows", texts)
