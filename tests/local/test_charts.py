"""Charts of measured points: what stands in them, and that they do not change by themselves."""

from pathlib import Path
from xml.etree import ElementTree as ET

from bench.charts import Series, draw

RISING = Series([(1.0, 6.0), (100.0, 600.0)], ["", "600"], "idle")
FALLING = Series([(20.0, 50.0), (10.0, 200.0)], ["5 s", "80 s"], "learnt")


def drawn(file: Path, *series: Series) -> str:
    draw(file, series, "tenants", "calls")
    return file.read_text(encoding="utf-8")


def test_a_chart_has_its_labels_axes_and_legend_as_text(tmp_path: Path) -> None:
    document = ET.fromstring(drawn(tmp_path / "chart.svg", RISING, FALLING))  # noqa: S314 (of our own making)

    words = {"".join(each.itertext()).strip() for each in document.iter("{http://www.w3.org/2000/svg}text")}
    assert {"600", "5 s", "80 s", "tenants", "calls", "idle", "learnt"} <= words


def test_the_same_points_are_the_same_file(tmp_path: Path) -> None:
    assert drawn(tmp_path / "chart.svg", RISING) == drawn(tmp_path / "chart.svg", RISING)


def test_a_label_stands_where_the_line_does_not_go() -> None:
    assert (RISING.free_side, FALLING.free_side) == (-1, 1)
