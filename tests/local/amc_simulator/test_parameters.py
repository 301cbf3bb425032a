"""Parameter values that AMC takes with the run, and REJECTs minutes later."""

from typing import Any

import pytest

from tests.local.amc_simulator.builders import SQL, World

ARRAY = {"type": "ARRAY", "elementDataType": "INTEGER"}


def outcome(amc: World, kind: Any, values: dict[str, Any]) -> tuple[str, str]:
    """Status and reason of a run whose workflow declares `p` of a type."""
    amc.call("PUT", "/workflows/reach", {"sqlQuery": SQL, "inputParameters": [{"name": "p", "dataType": kind}]})
    run = amc.run(parameterValues=values)
    accepted = amc.show(run)["status"]
    amc.wall.passes(200)
    assert accepted == "PENDING"
    return amc.show(run)["status"], amc.show(run).get("statusReason", "")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("STRING", "x"), ("STRING", 7), ("INTEGER", 7), ("INTEGER", "7"), ("LONG", "-7"), ("DECIMAL", "1.50"),
        ("DOUBLE", 1.5), ("BOOLEAN", True), ("BOOLEAN", "true"), ("DATE", "2026-11-01"),
        ("TIMESTAMP", "2026-11-01T00:00:00"), (ARRAY, [1, "2"]), (ARRAY, []),
    ],
)  # fmt: skip
def test_a_value_of_its_type_is_taken(amc: World, kind: Any, value: Any) -> None:
    assert outcome(amc, kind, {"p": value}) == ("SUCCEEDED", "")


@pytest.mark.parametrize(
    ("kind", "value", "word"),
    [
        ("INTEGER", "many", "INTEGER"), ("INTEGER", 1.5, "INTEGER"), ("INTEGER", [1], "INTEGER"),
        ("DECIMAL", "one", "DECIMAL"), ("BOOLEAN", "yes", "BOOLEAN"), ("DATE", "01.11.2026", "DATE"),
        ("TIMESTAMP", "2026-11-01", "TIMESTAMP"), ("STRING", {"a": 1}, "STRING"), (ARRAY, 7, "ARRAY"),
        ("INTEGER", 2**31, "INTEGER"), ("LONG", str(-(2**63) - 1), "LONG"), ("BYTE", 128, "BYTE"),
        (ARRAY, "[7]", "ARRAY"), (ARRAY, ["x"], "ARRAY"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_rejected(amc: World, kind: Any, value: Any, word: str) -> None:
    status, reason = outcome(amc, kind, {"p": value})

    assert (status, "parameter p is not of the type" in reason, word in reason) == ("REJECTED", True, True)


def test_a_value_that_no_workflow_declares_is_rejected(amc: World) -> None:
    status, reason = outcome(amc, "STRING", {"p": "x", "P": "y"})

    assert (status, "Parameter P was provided but is not declared" in reason) == ("REJECTED", True)


@pytest.mark.parametrize("values", [{}, {"p": None}])
def test_a_missing_value_is_rejected(amc: World, values: dict[str, Any]) -> None:
    status, reason = outcome(amc, "STRING", values)

    assert (status, "No value was provided for the parameter p" in reason) == ("REJECTED", True)
