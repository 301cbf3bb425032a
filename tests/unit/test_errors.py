"""The tree of errors."""

from wfm.errors import (
    ClientError,
    InvalidRecord,
    InvalidRequest,
    PermanentError,
    Problem,
    TransientError,
    WfmError,
    names,
)


def test_every_error_is_permanent_or_transient_or_the_clients_and_only_one_of_them() -> None:
    branches = [set(names(kind)) for kind in (PermanentError, TransientError, ClientError)]

    assert set(names(WfmError)) == set().union(*branches)
    assert len(set().union(*branches)) == sum(map(len, branches))


def test_an_invalid_request_names_field_problem_and_what_is_allowed() -> None:
    assert (
        str(InvalidRequest("limit", "'ten' is no number", "1 to 200")) == "limit: 'ten' is no number; allowed: 1 to 200"
    )


def test_a_message_is_one_printable_line_whatever_people_wrote() -> None:
    assert str(InvalidRequest("a\nb", "\x00 is no text")) == "a\\nb: \\x00 is no text"
    assert str(InvalidRecord([Problem("x\n", "a"), Problem("", "\ud800")])) == "x\\n: a | \\ud800"


def test_a_problem_says_where_it_stands_in_a_larger_document() -> None:
    problem = Problem("limit", "is missing", "1 to 200").within("AMC.WFM")

    assert problem.field == "AMC.WFM.limit"
    assert str(problem) == "AMC.WFM.limit: is missing; allowed: 1 to 200"
