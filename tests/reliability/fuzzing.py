"""What the fuzz tests share: how a refusal has to look, and which rows DynamoDB can hold at all."""

from typing import Any

from wfm.errors import InvalidRecord, InvalidRequest, WfmError
from wfm.model.dynamodb_limits import check_storable

LONGEST_PROBLEM = 1500


def is_storable(document: Any) -> bool:
    """Whether DynamoDB could hand it out."""
    try:
        check_storable(document)
    except InvalidRequest:
        return False
    return True


def is_row(document: Any) -> bool:
    """Whether it could be a row; each of its fields may be as deep as a document."""
    return isinstance(document, dict) and all(
        name and is_storable(name) and is_storable(value) for name, value in document.items()
    )


def assert_readable(error: WfmError) -> None:
    """One line that names a field; nothing that a terminal or a log could choke on."""
    for problem in map(str, error.problems) if isinstance(error, InvalidRecord) else [str(error)]:
        field, separator, rest = problem.partition(": ")
        assert separator, problem
        assert field, problem
        assert rest.strip(), problem
        assert len(problem) <= LONGEST_PROBLEM
        assert "\n" not in problem
        assert problem.isprintable(), repr(problem)
        problem.encode()
