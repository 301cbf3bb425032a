from operator import attrgetter

import pytest

from wfm import Connection, Wfm
from wfm.client.deprecated import CALLS_OF_DEAD_LETTERS, CALLS_OF_LIBRARY, CALLS_OF_WFM


@pytest.fixture
def wfm() -> Wfm:
    return Wfm(connection=Connection())


@pytest.mark.parametrize(("old", "new"), CALLS_OF_WFM.items())
def test_an_old_call_of_wfm_works_and_names_the_new_one(wfm: Wfm, old: str, new: str) -> None:
    with pytest.deprecated_call(match=rf"wfm\.{old} is deprecated: call wfm\.{new}$") as warned:
        found = getattr(wfm, old)

    assert found == attrgetter(new)(wfm)
    assert warned[0].filename == __file__, "it points at the caller"


@pytest.mark.parametrize(
    ("namespace", "old", "new"),
    [
        *(("library", old, new) for old, new in CALLS_OF_LIBRARY.items()),
        *(("queues.dead_letters", old, new) for old, new in CALLS_OF_DEAD_LETTERS.items()),
    ],
)
def test_an_old_call_of_a_namespace_works_and_names_the_new_one(wfm: Wfm, namespace: str, old: str, new: str) -> None:
    owner = attrgetter(namespace)(wfm)

    with pytest.deprecated_call(match=rf"wfm\.{namespace}\.{old} is deprecated: call wfm\.{namespace}\.{new}$"):
        found = getattr(owner, old)

    assert found == getattr(owner, new)


@pytest.mark.parametrize(("noun", "arguments"), [("tenants", []), ("requests", ["acme"]), ("schedules", ["acme"])])
def test_a_noun_that_was_a_call_still_lists(
    wfm: Wfm, noun: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    namespace = getattr(wfm, noun)
    monkeypatch.setattr(namespace, "list", lambda *given: ["listed", *given])

    with pytest.deprecated_call(match=rf"wfm\.{noun}\(\) is deprecated: call wfm\.{noun}\.list\(\)$") as warned:
        found = namespace(*arguments)

    assert found == ["listed", *arguments]
    assert warned[0].filename == __file__


def test_what_never_was_a_call_is_none(wfm: Wfm) -> None:
    with pytest.raises(AttributeError, match="'Wfm' object has no attribute 'tenannt'"):
        getattr(wfm, "tenannt")  # noqa: B009  # as a caller without types would
