import pytest

from tests.wfm.console.executions import Events, FakeStepFunctions
from wfm.client.machine_history import Mark
from wfm.errors import UnknownRunError

ARN = "arn:aws:states:us-east-1:1:execution:wfm-demo-lifecycle:x"


def marks(events: Events, ended: str = "") -> dict[str, Mark]:
    known = FakeStepFunctions()
    known.put(ARN, events, ended)
    return dict(known.reader().history(ARN).marks)


def test_a_state_is_running_until_it_is_left() -> None:
    begun = Events().enter("WaitForSlot").try_()

    assert marks(begun) == {"WaitForSlot": Mark.RUNNING}
    assert marks(begun.add("TaskSucceeded").leave("WaitForSlot").enter("SubmitExecution")) == {
        "WaitForSlot": Mark.DONE,
        "SubmitExecution": Mark.RUNNING,
    }


def test_a_state_that_was_tried_again_is_told_apart() -> None:
    events = Events().enter("WaitForSlot").try_().fail("AmcThrottled", "429").try_().add("TaskSucceeded")
    known = FakeStepFunctions()
    known.put(ARN, events.leave("WaitForSlot"), "SUCCEEDED")

    visit = known.reader().history(ARN).visits[0]

    assert visit.mark(is_running=False) is Mark.RETRIED
    assert (visit.tries, visit.failures, visit.error, visit.cause) == (2, 1, "AmcThrottled", "429")


def test_a_state_whose_error_was_caught_has_failed() -> None:
    events = Events().enter("WaitForSlot").try_().fail("States.Timeout").leave("WaitForSlot")
    events.enter("ExecutionFailed", "Fail").add("ExecutionFailed")

    assert marks(events, "FAILED") == {"WaitForSlot": Mark.FAILED, "ExecutionFailed": Mark.FAILED}


def test_a_state_in_which_an_execution_was_stopped_has_failed() -> None:
    assert marks(Events().enter("WaitForSlot").try_().add("ExecutionAborted"), "ABORTED") == {
        "WaitForSlot": Mark.FAILED
    }


def test_what_happens_side_by_side_belongs_to_the_state_that_it_follows() -> None:
    events = Events().enter("A").enter("B")
    events.all[2]["previousEventId"] = 1
    events.add("TaskFailed", taskFailedEventDetails={"error": "Oops"}, previousEventId=2)

    known = FakeStepFunctions()
    known.put(ARN, events)

    assert {one.state: one.error for one in known.reader().history(ARN).visits} == {"A": "Oops", "B": ""}


def test_an_execution_that_is_forgotten_is_said_to_be_unknown() -> None:
    for read in (FakeStepFunctions().reader().history, FakeStepFunctions().reader().definition):
        with pytest.raises(UnknownRunError, match="does not know"):
            read(ARN)


def test_a_definition_is_asked_for_once() -> None:
    known = FakeStepFunctions()
    known.put(ARN, Events())
    reader = known.reader()

    assert reader.definition(ARN) == reader.definition(ARN)
    assert known.calls["definition"] == 1
