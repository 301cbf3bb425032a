from pathlib import Path

from local.story.picture import Bar, draw

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def test_the_picture_is_the_same_for_the_same_numbers(tmp_path: Path) -> None:
    bars = [Bar("alder-audio", 100, 2000, 2100), Bar("birch-bakeware", 300, 50, 60)]

    draw(tmp_path / "one.png", bars)
    draw(tmp_path / "other.png", bars)
    draw(tmp_path / "more.png", [*bars, Bar("cedar-cycles", 1, 1, 1)])

    one, other, more = (tmp_path.joinpath(f"{name}.png").read_bytes() for name in ("one", "other", "more"))
    assert one.startswith(SIGNATURE)
    assert one == other != more
