"""What is said once can be read back: who knows the rule and the exceptions knows everything."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tests.infra.review.conventions import Facts, Unit, label, own_facts, said_once

PROPERTIES = st.dictionaries(st.sampled_from(["Timeout", "Role", "retry 2", "catch 1 with"]), st.integers(1, 3))
PERMISSIONS = st.lists(st.sampled_from(["may look", "may write", "accepted Rule: reason", "has Logs"]))
FACTS = st.builds(
    lambda properties, permissions: (*(f"{name}: {value}" for name, value in properties.items()), *permissions),
    PROPERTIES,
    PERMISSIONS,
)


@given(st.lists(FACTS, max_size=8))
def test_rule_and_exceptions_together_are_all_that_there_is(all_facts: list[Facts]) -> None:
    units = [Unit("Function", str(number), {"": facts}) for number, facts in enumerate(all_facts)]

    once = said_once(units)

    for unit in units:
        assert _read(own_facts(unit, "", once), once.get(("Function", ""), ())) == Counter(unit.parts[""])


def _read(own: Facts, common: Facts) -> Counter[str]:
    """What a person who reads both files takes to be true."""
    stated = [fact for fact in own if not fact.startswith("without ")]
    other_values = {label(fact) for fact in stated} - {""}
    return Counter(
        [*stated, *(fact for fact in common if f"without {fact}" not in own and label(fact) not in other_values)]
    )


def test_what_three_of_four_have_is_said_once() -> None:
    units = [Unit("Function", name, {"": ("may look",) if name != "d" else ()}) for name in "abcd"]

    once = said_once(units)

    assert once == {("Function", ""): ("may look",)}
    assert own_facts(units[0], "", once) == ()
    assert own_facts(units[3], "", once) == ("without may look",)


def test_what_only_two_have_is_said_by_both() -> None:
    units = [Unit("Queue", name, {"": ("VisibilityTimeout: 720",)}) for name in "ab"]

    assert said_once(units) == {}


def test_another_value_stands_for_the_one_that_is_missing() -> None:
    units = [Unit("Function", name, {"": (f"MemorySize: {512 if name != 'd' else 1024}",)}) for name in "abcd"]

    assert own_facts(units[3], "", said_once(units)) == ("MemorySize: 1024",)
