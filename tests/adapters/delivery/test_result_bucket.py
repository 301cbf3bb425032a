"""What is sent to S3 to put a file in place, and what is made of its answers."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from functions.delivery.result_bucket import Author, ResultBucket, StoredFile
from tests.adapters.scripted_server import ScriptedServer

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

AUTHOR = Author("2026-11-23T11:50:00.000Z", "run-1")
KNOWN = StoredFile(Author("2026-11-22T11:50:00.000Z", "run-0"), '"one"', 9)
STARTED = b"<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as running:
        yield running


@pytest.fixture
def bucket(session: boto3.Session, server: ScriptedServer) -> ResultBucket:
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    s3: S3Client = session.client("s3", endpoint_url=server.url, config=config)
    return ResultBucket(s3, "lake")


def write(bucket: ResultBucket, server: ScriptedServer, replaced: StoredFile | None, answer: int, code: str) -> bool:
    """Put a file in place; that is the answer to the last call for it."""
    server.will_answer(STARTED)
    server.will_answer(b"", ETag='"part"')
    server.will_answer(f"<Error><Code>{code}</Code></Error>".encode(), status=answer)
    server.will_answer(b"", status=204)
    with bucket.upload("key", AUTHOR) as upload:
        upload.write(b"PAR1")
        return upload.complete(replaced)


@pytest.mark.parametrize(
    ("replaced", "header", "value"),
    [(None, "If-None-Match", "*"), (KNOWN, "If-Match", '"one"')],
    ids=["nothing-there", "an-older-file"],
)
def test_a_file_is_put_where_still_that_is_which_was_compared(
    bucket: ResultBucket, server: ScriptedServer, replaced: StoredFile | None, header: str, value: str
) -> None:
    write(bucket, server, replaced, 412, "PreconditionFailed")

    started, sent, completed, _ = server.asked
    assert started.headers["x-amz-meta-run"] == "run-1"
    assert started.headers["x-amz-meta-created"] == "2026-11-23T11:50:00.000Z"
    assert sent.path.startswith("/lake/key?")
    assert completed.headers[header] == value


@pytest.mark.parametrize(
    ("status", "code"),
    [(412, "PreconditionFailed"), (409, "ConditionalRequestConflict"), (404, "NoSuchKey"), (404, "NoSuchUpload")],
)
def test_a_write_that_came_too_late_is_no_error_and_leaves_no_parts(
    bucket: ResultBucket, server: ScriptedServer, status: int, code: str
) -> None:
    assert write(bucket, server, KNOWN, status, code) is False
    assert server.asked[-1].method == "DELETE"
    assert "uploadId=u" in server.asked[-1].path


def test_a_refusal_is_an_error_and_leaves_no_parts(bucket: ResultBucket, server: ScriptedServer) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        write(bucket, server, None, 403, "AccessDenied")

    assert server.asked[-1].method == "DELETE"


@pytest.mark.parametrize(("status", "code"), [(404, "NoSuchUpload"), (500, "InternalError")])
def test_an_upload_that_cannot_be_ended_is_left_to_the_buckets_lifecycle(
    bucket: ResultBucket, server: ScriptedServer, status: int, code: str
) -> None:
    server.will_answer(STARTED)
    server.will_answer(f"<Error><Code>{code}</Code></Error>".encode(), status=status)

    with bucket.upload("key", AUTHOR):
        pass

    assert [each.method for each in server.asked] == ["POST", "DELETE"]


def test_a_file_that_may_not_be_seen_is_no_file_that_is_not_there(bucket: ResultBucket, server: ScriptedServer) -> None:
    server.will_answer(b"", status=403)

    with pytest.raises(ClientError, match="403"):
        bucket.find("key")
