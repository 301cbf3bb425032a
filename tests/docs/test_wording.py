import pytest

from wfm.graph.wording import captions, condition, duration, errors


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        ("{% $outcome.status = 'RUNNING' %}", "status = RUNNING"),
        ("{% $inSync %}", "inSync"),
        ("{% $states.input.count > 3 %}", "count > 3"),
    ],
)
def test_a_condition_is_told_without_its_plumbing(expression: str, words: str) -> None:
    assert condition(expression) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(1, "1 second"), (90, "90 seconds"), (3600, "1 hour"), (90000, "25 hours"), (1209600, "14 days")],
)
def test_a_duration_is_told_in_its_largest_whole_unit(seconds: int, words: str) -> None:
    assert duration(seconds) == words


def test_a_duration_that_is_worked_out_is_told_by_its_name() -> None:
    assert duration("{% $pause %}") == "{pause} seconds"


def test_a_catch_of_everything_needs_no_words() -> None:
    assert errors(["States.ALL"]) == ""
    assert errors(["AmcRefused", "States.Timeout"]) == "AmcRefused or …"
    assert errors(["States.Timeout"]) == "Timeout"


def test_a_task_that_waits_for_an_answer_tells_how_long() -> None:
    waiting = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Arguments": {"FunctionName": "WaitForOutcome"},
        "TimeoutSeconds": 90000,
        "HeartbeatSeconds": 3600,
    }

    assert captions("WaitForOutcome", waiting) == ("callback, up to 25 hours", "heartbeat within 1 hour")


def test_a_task_names_its_function_where_the_names_differ() -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "RecordTenant"}}

    assert captions("RecordTenant", task) == ("Lambda",)
    assert captions("ActivateTenant", task) == ("Lambda RecordTenant",)
