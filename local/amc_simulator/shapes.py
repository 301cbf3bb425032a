"""Checks of single fields against the types of Amazon's OpenAPI. Error texts: ours."""

from collections.abc import Collection, Iterable
from typing import Any

from local.amc_simulator.errors import AmcError

ADVERTISER_TYPES = ("DISPLAY", "SAS", "SPONSORED_ADS")


def check_booleans(body: dict[str, Any], *fields: str) -> None:
    """true and false, and no text that says so."""
    _check(body, fields, lambda value: isinstance(value, bool), "a boolean")


def check_texts(body: dict[str, Any], *fields: str) -> None:
    """Strings."""
    _check(body, fields, lambda value: isinstance(value, str), "a string")


def check_lists_of_texts(body: dict[str, Any], *fields: str) -> None:
    """Lists of strings."""
    _check(
        body, fields, lambda value: isinstance(value, list) and all(isinstance(item, str) for item in value), "strings"
    )


def check_choice(body: dict[str, Any], field: str, choices: Collection[str]) -> None:
    """One of an enumeration."""
    _check(body, [field], lambda value: isinstance(value, str) and value in choices, f"one of {', '.join(choices)}")


def check_integer(body: dict[str, Any], field: str, low: int, high: int) -> None:
    """A whole number within limits."""
    _check(body, [field], lambda value: type(value) is int and low <= value <= high, f"between {low} and {high}")


def check_objects(body: dict[str, Any], field: str, most: int) -> list[dict[str, Any]]:
    """A list of so many objects at most; empty when the field is not there."""
    items = body.get(field) or []
    if not isinstance(items, list) or len(items) > most or not all(isinstance(item, dict) for item in items):
        raise AmcError(400, f"{field} must be a list of at most {most} objects.")
    return items


def _check(body: dict[str, Any], fields: Iterable[str], is_right: Any, allowed: str) -> None:
    """AmcError 400 for a field that is not right; one that is absent or null is no fault."""
    for field in fields:
        if body.get(field) is not None and not is_right(body[field]):
            raise AmcError(400, f"{field} must be {allowed}.")
