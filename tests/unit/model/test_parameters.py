"""Parameter values as WFM takes them: none costs a run that AMC, or what stands in its place, would reject."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.amc_simulator.parameters import parameter_problem
from wfm.errors import PermanentError
from wfm.model.parameter_declarations import DATA_TYPES
from wfm.model.parameters import fitting

KINDS = st.sampled_from(DATA_TYPES)
TEXTS = st.sampled_from(
    [
        "", " ", "7", " 7", "7.0", "-7", "+7", "1e3", "1e400", "1.5", ".5", "NaN", "Infinity", "true", "TRUE", "yes",
        "1", "0x7", "2026-11-23", "2026-11-23T00:00:00", "2026-11-23 00:00", "2026-11-23T00:00:00Z",
        "2026-11-23T00:00:00+01:00", "2026-11-23T06:00:00.5", "20261123", "2026-W47-1", "2026-02-30",
        "23.11.2026", "\u0667",
    ]
)  # fmt: skip
VALUES = TEXTS | st.integers(-(2**70), 2**70) | st.booleans() | st.floats(allow_nan=False, allow_infinity=False)
ANY = VALUES | st.lists(VALUES | st.none(), max_size=3) | st.dictionaries(st.text(max_size=2), VALUES, max_size=1)


@given(KINDS, st.booleans(), ANY)
def test_what_is_sent_is_of_its_declared_type(kind: str, is_list: bool, value: Any) -> None:
    declared = {"name": "p", "dataType": {"type": "ARRAY", "elementDataType": kind} if is_list else kind}
    workflow = {"workflowId": "w", "inputParameters": [declared]}

    try:
        body = fitting({"parameterValues": {"p": value}}, workflow)
    except PermanentError:
        return
    assert parameter_problem(workflow, body["parameterValues"]) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "given_value", "sent"),
    [
        ("INTEGER", 3.0, 3),
        ("INTEGER", "3.0", "3"),
        ("INTEGER", 3, 3),
        ("LONG", "007", "007"),
        ("TIMESTAMP", "2026-11-23T06:00", "2026-11-23T06:00:00"),
        ("TIMESTAMP", "2026-11-23T06:00:00Z", "2026-11-23T06:00:00"),
        ("DATE", "2026-11-23T00:00:00Z", "2026-11-23"),
        ("BOOLEAN", True, True),
        ("STRING", 3.0, 3.0),
    ],
)
def test_a_value_is_written_as_its_type_is(kind: str, given_value: object, sent: object) -> None:
    workflow = {"inputParameters": [{"name": "p", "dataType": kind}]}

    body = fitting({"parameterValues": {"p": given_value}}, workflow)

    assert body["parameterValues"] == {"p": sent}
    assert type(body["parameterValues"]["p"]) is type(sent)


@pytest.mark.parametrize("kind", ["DOUBLE", "FLOAT", "DECIMAL"])
def test_a_number_beyond_all_types_is_refused_as_a_text_too(kind: str) -> None:
    workflow = {"workflowId": "w", "inputParameters": [{"name": "p", "dataType": kind}]}

    for value in ("1e400", "-1e400", "9" * 400):
        with pytest.raises(PermanentError, match=f"the parameter is {kind}; allowed: a number"):
            fitting({"parameterValues": {"p": value}}, workflow)
