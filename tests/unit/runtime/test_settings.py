"""The settings of a deployment."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from functions.runtime.settings import Settings

SETTINGS = Settings(**{field.name: f"the {field.name}" for field in fields(Settings)})


def test_what_the_stack_writes_is_what_the_handler_reads() -> None:
    assert Settings.from_environment(SETTINGS.to_environment()) == SETTINGS


def test_a_missing_variable_is_named() -> None:
    environment = SETTINGS.to_environment()
    del environment["WFM_GATE_TABLE"]

    with pytest.raises(KeyError, match="WFM_GATE_TABLE"):
        Settings.from_environment(environment)


def test_the_longest_idle_interval_is_in_minutes() -> None:
    assert replace(SETTINGS, idle_poll_minutes="90").longest_idle == timedelta(minutes=90)
