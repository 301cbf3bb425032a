"""What AWS raises becomes an error of WFM's tree, whatever call meets it."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from wfm import UnreachableError, WfmError
from wfm.client.aws_errors import in_words

DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetItem")
GONE = EndpointConnectionError(endpoint_url="http://127.0.0.1:1")


@in_words
class Namespace:
    def get(self, problem: Exception) -> None:
        raise problem

    def iterate(self, problem: Exception) -> Any:
        yield 1
        raise problem


@pytest.mark.parametrize("problem", [DENIED, GONE])
def test_an_error_of_boto3_becomes_one_of_wfm(problem: Exception) -> None:
    with pytest.raises(UnreachableError, match=r"^AWS: ") as raised:
        Namespace().get(problem)

    assert raised.value.__cause__ is problem


def test_so_it_does_while_a_list_is_read() -> None:
    steps = Namespace().iterate(DENIED)

    assert next(steps) == 1
    with pytest.raises(UnreachableError, match="AccessDenied"):
        next(steps)


@pytest.mark.parametrize("problem", [ValueError("ours"), WfmError("ours")])
def test_other_errors_stay_what_they_are(problem: Exception) -> None:
    with pytest.raises(type(problem), match=r"^ours$"):
        Namespace().get(problem)
    with pytest.raises(type(problem), match=r"^ours$"):
        list(Namespace().iterate(problem))


def test_a_table_that_is_not_there_is_met_by_every_way_of_reading(deployed: Any) -> None:
    deployed.put_tenant()
    deployed.table("ExecutionRequests").delete()

    for call in (
        lambda: deployed.wfm.requests.get("acme", "r1"),
        lambda: list(deployed.wfm.requests.iterate("acme")),
        lambda: deployed.wfm.runs.list("acme"),
        lambda: list(deployed.wfm.runs.iterate("acme")),
    ):
        with pytest.raises(UnreachableError, match=r"AWS: .*ResourceNotFound"):
            call()
