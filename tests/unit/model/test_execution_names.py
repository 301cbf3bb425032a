"""CloudWatch logs only executions whose names have no other characters than letters, digits, `-` and `_`.

StartExecution's reference: "the name should only contain 0-9, A-Z, a-z, - and _". A name has at most 80 characters.
`tests.fakes.FakeTasks` holds every name that a handler gives against the same.
"""

import re
import uuid

from hypothesis import given
from hypothesis import strategies as st

from wfm.model.backfill_fields import is_backfill_id
from wfm.model.execution_names import event_execution_name

LOGGED = re.compile(r"[0-9A-Za-z_-]{1,80}")


@given(st.text(), st.lists(st.text(max_size=99), max_size=3))
def test_what_an_event_starts_has_a_name_that_can_be_logged(event: str, ids: list[str]) -> None:
    assert LOGGED.fullmatch(event_execution_name(event.encode(errors="replace").decode(), *ids))


@given(st.text(max_size=40))
def test_so_has_a_backfill_whose_id_somebody_chooses(name: str) -> None:
    assert not is_backfill_id(name) or LOGGED.fullmatch(name)


def test_so_has_an_onboarding_that_the_client_starts() -> None:
    assert LOGGED.fullmatch(f"{'c' * 40}-{uuid.uuid4().hex}")
