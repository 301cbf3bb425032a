"""The tree of errors."""

from functions.domain.errors import InvalidRequest, PermanentError, TransientError, WfmError, names


def test_every_error_is_either_permanent_or_transient() -> None:
    assert set(names(WfmError)) == set(names(PermanentError)) | set(names(TransientError))
    assert not set(names(PermanentError)) & set(names(TransientError))


def test_an_invalid_request_names_field_problem_and_what_is_allowed() -> None:
    assert (
        str(InvalidRequest("limit", "'ten' is no number", "1 to 200")) == "limit: 'ten' is no number; allowed: 1 to 200"
    )
