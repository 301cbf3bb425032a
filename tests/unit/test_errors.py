"""The tree of errors."""

from wfm.errors import InvalidRecord, InvalidRequest, PermanentError, TransientError, WfmError, names


def test_every_error_is_either_permanent_or_transient() -> None:
    assert set(names(WfmError)) == set(names(PermanentError)) | set(names(TransientError))
    assert not set(names(PermanentError)) & set(names(TransientError))


def test_an_invalid_request_names_field_problem_and_what_is_allowed() -> None:
    assert (
        str(InvalidRequest("limit", "'ten' is no number", "1 to 200")) == "limit: 'ten' is no number; allowed: 1 to 200"
    )


def test_a_message_is_one_printable_line_whatever_people_wrote() -> None:
    assert str(InvalidRequest("a\nb", "\x00 is no text")) == "a\\nb: \\x00 is no text"
    assert InvalidRecord(["x\n", "\ud800"]).problems == ["x\\n", "\\ud800"]
