from pathlib import Path

from local.story.delivery import AT_FIRST, IN_THE_END, read
from tests.local.story import files


def test_the_files_of_all_clients_are_read_as_one_table(tmp_path: Path) -> None:
    files.write(tmp_path)

    assert read(tmp_path / AT_FIRST, "hero_sales") == (3, 2)
    assert read(tmp_path / IN_THE_END, "client_report") == (4, 2)
