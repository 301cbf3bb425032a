from hypothesis import given
from hypothesis import strategies as st

from wfm.client.workflow_files.names import file_names, is_usable

IDS = st.from_regex(r"[A-Za-z0-9._-]{1,256}", fullmatch=True) | st.sampled_from(
    ["con", "CON", "aux.x", "Lpt1", "reach", "REACH", "Reach", ".", "..", "-", "a" * 256, "A" * 256]
)


@given(st.sets(IDS, max_size=20), st.sets(IDS, max_size=5))
def test_names_are_usable_and_differ_by_more_than_case_from_each_other_and_from_what_is_there(
    ids: set[str], taken: set[str]
) -> None:
    names = file_names(ids, taken)

    assert set(names) == ids
    assert all(is_usable(name) for name in names.values() if name)
    folded = [name.casefold() for name in names.values()]
    assert len(set(folded)) == len(folded)
    assert not {name.casefold() for name in taken} & set(folded)


def test_an_id_that_will_do_is_the_name_itself_and_others_keep_their_name_from_one_time_to_the_next() -> None:
    assert file_names(["reach", "2026-01", "a.b"]) == {"reach": "reach", "2026-01": "2026-01", "a.b": "a.b"}
    assert file_names(["REACH", "reach"])["reach"] == file_names(["REACH", "reach", "zeta"])["reach"] != "reach"
