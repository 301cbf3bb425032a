"""The parts of a result, opened at any byte: by AMC's links, or in the bucket into which AMC has published them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

from functions.amc.http import HttpClient
from wfm.errors import AmcUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Links = Callable[[], Sequence[str]]
_CHANGED: Final = 412  # Precondition Failed: it is not the file any more whose beginning was read


class NotServed(Exception):
    """An answer that is not the file, by its status."""


# What another try, by a new link or connection, may do better.
INTERRUPTIONS: Final = (urllib3.exceptions.HTTPError, BotoCoreError, NotServed)


class OpenPart(NamedTuple):
    """A part from some byte on. `read` answers with at most so many bytes, and none at the end."""

    etag: str
    read: Callable[[int], bytes]


class ResultParts(Protocol):
    """Parts that can be opened more than once."""

    def __len__(self) -> int: ...

    def renew(self) -> None:
        """Ask anew for what lets them be opened."""

    @contextmanager
    def open(self, number: int, at: int, etag: str) -> Iterator[OpenPart]:
        """A part from that byte on, of the file with that `etag` ("" for any)."""


class LinkedParts:
    """Parts by links, which AMC lets work for ten minutes."""

    def __init__(self, http: HttpClient, ask: Links) -> None:
        self._http, self._ask = http, ask
        self._links = ask()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._links)

    def renew(self) -> None:
        """Ask for new links. AmcUnavailable if the result has come to have another number of parts."""
        links = self._ask()
        if len(links) != len(self._links):
            raise AmcUnavailable(f"it has {len(links)} parts of a result, and had {len(self._links)}")
        self._links = links

    @contextmanager
    def open(self, number: int, at: int, etag: str) -> Iterator[OpenPart]:
        """As the protocol says; NotServed for another answer than the file."""
        headers = _rest(at, etag)
        url = self._links[number]
        with closing(self._http.request("GET", url, headers=headers, preload_content=False, redirect=False)) as answer:
            _check(answer.status, at)
            # Where read() would drop what came before an error, read1() hands it out.
            yield OpenPart(answer.headers.get("ETag", ""), answer.read1)


class BucketParts:
    """Parts as objects of a bucket that WFM may read."""

    def __init__(self, s3: "S3Client", bucket: str, keys: Sequence[str]) -> None:
        self._s3, self._bucket, self._keys = s3, bucket, keys

    def __len__(self) -> int:
        """How many there are."""
        return len(self._keys)

    def renew(self) -> None:
        """The right to read them does not end."""

    @contextmanager
    def open(self, number: int, at: int, etag: str) -> Iterator[OpenPart]:
        """As the protocol says; NotServed for what S3 refuses or cannot do now."""
        rest = {name.replace("-", ""): value for name, value in _rest(at, etag).items()}
        try:
            found = self._s3.get_object(Bucket=self._bucket, Key=self._keys[number], **rest)  # type: ignore[arg-type]
        except ClientError as exc:
            _check(exc.response["ResponseMetadata"]["HTTPStatusCode"], at)
            raise
        with closing(found["Body"]) as body:
            _check(found["ResponseMetadata"]["HTTPStatusCode"], at)
            yield OpenPart(found["ETag"], body.read)


def _rest(at: int, etag: str) -> Mapping[str, str]:
    """The headers that ask for what follows a byte."""
    return {"Range": f"bytes={at}-", **({"If-Match": etag} if etag else {})} if at else {}


def _check(status: int, at: int) -> None:
    if status == _CHANGED:
        raise AmcUnavailable("a result changed while it was read")
    if status != (206 if at else 200):
        raise NotServed(status)
