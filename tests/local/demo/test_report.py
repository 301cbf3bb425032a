from pathlib import Path
from xml.etree import ElementTree as ET

from local.demo.report import save_page
from local.demo.summary import Truth
from tests.local.demo.test_timeline import SENT, outcome, run


def test_the_burst_is_a_page_as_of_any_other_runs(tmp_path: Path) -> None:
    runs = [run(), run("x", is_external=True)]
    truth = Truth(["r1"], {"acme": 2}, runs, [outcome()], [], frozenset({"x"}), [])

    save_page(tmp_path / "report.html", truth, SENT)

    text = " ".join(ET.parse(tmp_path / "report.html").getroot().itertext())  # noqa: S314 (of our own making)
    assert "2 runs: 2 succeeded" in text
    assert "r1: SUCCEEDED (demo)" in text
    assert "x: SUCCEEDED (started elsewhere)" in text
