"""Whatever texts a result holds, they are in its file."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.delivery.results import a_file, an_order
from wfm.model.result_columns import ResultColumn

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
ROWS = st.lists(st.tuples(TEXTS | st.just(""), TEXTS, TEXTS), max_size=20)
NAMES = ("a", "b", "c")


@given(parts=st.lists(ROWS, min_size=1, max_size=3))
def test_texts_come_out_as_they_went_in(parts: list[list[tuple[str, ...]]]) -> None:
    order = an_order(columns=tuple(map(ResultColumn, NAMES)))

    table, summary, _ = a_file(*map(_csv, parts), order=order)

    expected = [row for rows in parts for row in rows]
    assert list(zip(*(table.column(name).to_pylist() for name in NAMES), strict=True)) == expected
    assert summary.rows == len(expected)


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerows([NAMES, *rows])
    return text.getvalue().encode()
