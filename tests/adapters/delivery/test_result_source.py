"""Where a result is read, and what happens when links and connections die."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from functions.amc.http import http_client
from functions.delivery.result_source import CHUNK_BYTES, ResultSource
from tests.adapters.scripted_server import ScriptedServer
from tests.unit.delivery.results import an_order
from wfm.errors import AmcRefused, AmcThrottled, AmcUnavailable, NotReadyYet
from wfm.model.result_deliveries import PublishedFile

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FILE = PublishedFile("acme-results", "workflow=reach/schedule=adhoc/2026-reach.csv")
WHOLE = b"campaign,reach\na,1\nb,2\n"


class Amc:
    """Answers with links to a server, other ones each time; or with an error."""

    def __init__(self, url: str) -> None:
        self.url, self.parts, self.asked = url, 1, list[tuple[str, str]]()
        self.problem: Exception | None = None

    def links(self, customer_id: str, run_id: str) -> Sequence[str]:
        self.asked.append((customer_id, run_id))
        if self.problem:
            raise self.problem
        return [f"{self.url}/part-{number}?link={len(self.asked)}" for number in range(self.parts)]


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def amc(server: ScriptedServer) -> Amc:
    return Amc(server.url)


@pytest.fixture
def s3(session: boto3.Session) -> "S3Client":
    return session.client("s3")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def source(amc: Amc, s3: "S3Client", pauses: list[float]) -> ResultSource:
    return ResultSource(http_client(), s3, amc.links, sleep=pauses.append)


def read(source: ResultSource, **fields: Any) -> list[bytes]:
    return [b"".join(part) for part in source.parts(an_order(**fields))]


def test_each_part_is_read_by_amcs_link(server: ScriptedServer, amc: Amc, source: ResultSource) -> None:
    amc.parts = 2
    server.will_answer(WHOLE)
    server.will_answer(b"campaign,reach\nc,3\n")

    assert read(source) == [WHOLE, b"campaign,reach\nc,3\n"]
    assert amc.asked == [("acme", "run-1")]
    assert [each.path for each in server.asked] == ["/part-0?link=1", "/part-1?link=1"]


def test_a_part_is_opened_when_it_is_read(server: ScriptedServer, amc: Amc, source: ResultSource) -> None:
    amc.parts = 2

    source.parts(an_order())

    assert server.asked == []


def test_where_a_connection_breaks_the_rest_comes_by_a_new_link(
    server: ScriptedServer, amc: Amc, source: ResultSource, pauses: list[float]
) -> None:
    server.will_answer(WHOLE[:9], ETag='"one"', Content_Length=str(len(WHOLE)))
    server.will_answer(WHOLE[9:], status=206, ETag='"one"')

    assert read(source) == [WHOLE]
    assert [each.path for each in server.asked] == ["/part-0?link=1", "/part-0?link=2"]
    assert (server.asked[1].headers["Range"], server.asked[1].headers["If-Match"]) == ("bytes=9-", '"one"')


def test_a_link_that_has_expired_between_two_parts_is_asked_for_anew(
    server: ScriptedServer, amc: Amc, source: ResultSource
) -> None:
    amc.parts = 2
    server.will_answer(WHOLE)
    server.will_answer(b"<Error><Code>AccessDenied</Code></Error>", status=403)
    server.will_answer(WHOLE)

    assert read(source) == [WHOLE, WHOLE]
    assert [each.path for each in server.asked] == ["/part-0?link=1", "/part-1?link=1", "/part-1?link=2"]
    assert "Range" not in server.asked[2].headers


@pytest.mark.parametrize("status", [403, 429, 500, 503, 200])
def test_a_rest_that_does_not_come_is_given_up_with_pauses_that_grow(
    server: ScriptedServer, source: ResultSource, pauses: list[float], status: int
) -> None:
    server.will_answer(WHOLE[:9], Content_Length="99")
    for _ in range(5):
        server.will_answer(b"<html>busy</html>", status=status)

    with pytest.raises(AmcUnavailable, match="part 1 of a result does not come after 9 bytes"):
        read(source)

    assert len(server.asked) == 5
    assert pauses == [0, 1, 2, 3]


def test_bytes_that_come_make_the_failures_before_them_good(
    server: ScriptedServer, source: ResultSource, pauses: list[float]
) -> None:
    server.will_hang_up()
    server.will_hang_up()
    for at in range(8):
        server.will_answer(WHOLE[at : at + 1], status=206 if at else 200, Content_Length="99")
    server.will_answer(WHOLE[8:], status=206)

    assert read(source) == [WHOLE]
    assert pauses == [0, 1, *[0] * 8]


def test_a_file_that_changed_meanwhile_is_not_sewn_together(server: ScriptedServer, source: ResultSource) -> None:
    server.will_answer(WHOLE[:9], Content_Length="99")
    server.will_answer(b"", status=412)

    with pytest.raises(AmcUnavailable, match="a result changed while it was read"):
        read(source)


def test_another_number_of_parts_is_another_file(server: ScriptedServer, amc: Amc, source: ResultSource) -> None:
    server.will_answer(WHOLE[:9], Content_Length="99")
    parts = source.parts(an_order())
    amc.parts = 2

    with pytest.raises(AmcUnavailable, match="it has 2 parts of a result, and had 1"):
        b"".join(parts[0])


def test_a_reader_that_stops_closes_its_connection(server: ScriptedServer, source: ResultSource) -> None:
    server.will_answer(WHOLE * 100_000)
    (part,) = source.parts(an_order())

    assert next(part).startswith(WHOLE)
    part.close()  # type: ignore[attr-defined]  # a generator's

    assert list(part) == []


@pytest.mark.parametrize("status", [400, 404, 409])
def test_a_run_without_a_file_is_not_there_yet(amc: Amc, source: ResultSource, status: int) -> None:
    amc.problem = AmcRefused(status, "Execution with ID run-1 is unavailable for download.")

    with pytest.raises(NotReadyYet, match=r"AMC has no file of run run-1: Execution .* is unavailable for download"):
        source.parts(an_order())


def test_no_link_at_all_is_no_file_either(amc: Amc, source: ResultSource) -> None:
    amc.parts = 0

    with pytest.raises(NotReadyYet, match="AMC has no file of run run-1"):
        source.parts(an_order())


@pytest.mark.parametrize(
    "problem",
    [AmcRefused(403, "Unauthorized request."), AmcRefused(401, "Expired."), AmcThrottled("AMC throttles")],
    ids=["forbidden", "expired", "throttled"],
)
def test_amcs_other_answers_are_no_word_of_the_file(amc: Amc, source: ResultSource, problem: Exception) -> None:
    amc.problem = problem

    with pytest.raises(type(problem)):
        source.parts(an_order())


def test_what_amc_has_published_is_read_from_the_bucket(s3: "S3Client", amc: Amc, source: ResultSource) -> None:
    s3.create_bucket(Bucket=FILE.bucket)
    named = FILE.key.removesuffix(".csv")
    for key in (FILE.key, f"{named}-1.csv", f"{named}x.csv", f"{named}.json"):
        s3.put_object(Bucket=FILE.bucket, Key=key, Body=key.encode())

    assert read(source, published=FILE) == [f"{named}-1.csv".encode(), FILE.key.encode()]
    assert amc.asked == []


@pytest.mark.parametrize("is_there", [True, False], ids=["no-file", "no-bucket"])
def test_what_is_not_in_the_bucket_comes_from_amc(
    s3: "S3Client", server: ScriptedServer, source: ResultSource, is_there: bool
) -> None:
    if is_there:
        s3.create_bucket(Bucket=FILE.bucket)
    server.will_answer(WHOLE)

    assert read(source, published=FILE) == [WHOLE]


LISTED = f"<ListBucketResult><Contents><Key>{FILE.key}</Key></Contents></ListBucketResult>".encode()


@pytest.fixture
def scripted(session: boto3.Session, server: ScriptedServer, amc: Amc, pauses: list[float]) -> ResultSource:
    """With an S3 that answers what it is told to."""
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    s3 = session.client("s3", endpoint_url=server.url, config=config)
    return ResultSource(http_client(), s3, amc.links, sleep=pauses.append)


def test_a_bucket_that_forbids_leaves_amcs_links(server: ScriptedServer, amc: Amc, scripted: ResultSource) -> None:
    server.will_answer(b"<Error><Code>AccessDenied</Code></Error>", status=403)
    server.will_answer(WHOLE)

    assert read(scripted, published=FILE) == [WHOLE]
    assert len(amc.asked) == 1


def test_a_bucket_that_lists_and_does_not_hand_out_leaves_amcs_links(
    server: ScriptedServer, amc: Amc, scripted: ResultSource
) -> None:
    server.will_answer(LISTED)
    server.will_answer(b"<Error><Code>AccessDenied</Code></Error>", status=403)
    server.will_answer(WHOLE)

    assert read(scripted, published=FILE) == [WHOLE]


def test_a_bucket_that_cannot_answer_now_is_asked_another_time(
    server: ScriptedServer, amc: Amc, scripted: ResultSource
) -> None:
    server.will_answer(b"<Error><Code>SlowDown</Code></Error>", status=503)

    with pytest.raises(ClientError, match="SlowDown"):
        read(scripted, published=FILE)

    assert amc.asked == []


@pytest.mark.parametrize(
    "interruption",
    [(b"<Error><Code>SlowDown</Code></Error>", 503), (WHOLE, 200)],
    ids=["busy", "the-beginning-again"],
)
def test_the_rest_of_an_object_comes_after_a_broken_connection(
    server: ScriptedServer, scripted: ResultSource, pauses: list[float], interruption: tuple[bytes, int]
) -> None:
    server.will_answer(LISTED)
    server.will_answer(WHOLE, ETag='"one"')
    server.will_answer(WHOLE[:9], ETag='"one"', Content_Length=str(len(WHOLE)))
    server.will_answer(interruption[0], status=interruption[1], ETag='"one"')
    server.will_answer(WHOLE[9:], status=206, ETag='"one"')

    assert read(scripted, published=FILE) == [WHOLE]
    assert pauses == [0, 1]


def test_an_object_that_changed_meanwhile_is_not_sewn_together(server: ScriptedServer, scripted: ResultSource) -> None:
    server.will_answer(LISTED)
    server.will_answer(WHOLE, ETag='"one"')
    server.will_answer(b"x" * CHUNK_BYTES, ETag='"one"', Content_Length=str(2 * CHUNK_BYTES))
    server.will_answer(b"", status=412)

    with pytest.raises(AmcUnavailable, match="a result changed while it was read"):
        read(scripted, published=FILE)

    assert server.asked[-1].headers["Range"] == f"bytes={CHUNK_BYTES}-"
    assert server.asked[-1].headers["If-Match"] == '"one"'
