"""How `make demo` begins."""

import subprocess
import sys

from local.synthesis import REPOSITORY


def test_an_old_python_is_reported_before_anything_newer_is_loaded() -> None:
    code = "import runpy, sys; sys.version_info = (3, 8, 10); runpy.run_module('local.demo', run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (1, "The demo needs Python 3.11 or newer; this is Python 3.8.\n")
